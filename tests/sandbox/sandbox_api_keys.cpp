// sandbox_api's address of the Fast API keys: an app with a grant lists, makes, changes and removes them.
#include <nlohmann/json.hpp>

#include "tests/sandbox/sandbox_api.h"

namespace latchkey::sandbox {
namespace {

using nlohmann::json;

constexpr std::string_view reading = "account.fast-api-key:read";
constexpr std::string_view writing = "account.fast-api-key:write";

json permissions_of(const api_key& key) {
  json object = json::object();
  for (const std::string& each : key_permissions()) object[each] = key.permissions.contains(each);
  return object;
}

// Times as the provider writes them: two as text, the others as numbers. Never the secret.
json shown(const api_key& key) {
  return {{"api_key", key.public_half},
          {"api_key_name", key.name},
          {"created_time", std::to_string(key.created_time)},
          {"id", key.id},
          {"ip_allowlist", key.ip_allowlist},
          {"last_used", key.last_used == 0 ? json(nullptr) : json(key.last_used)},
          {"modified_time", std::to_string(key.modified_time)},
          {"nonce", key.highest_nonce},
          {"nonce_window", key.nonce_window},
          {"oauth_client", key.oauth_client},
          {"permissions", permissions_of(key)},
          {"purpose", "standard"},
          {"query_from", key.query_from},
          {"query_to", key.query_to},
          {"valid_until", key.valid_until}};
}

exchange_result<api_key_wish> wish_in(const request& asked) {
  if (!asked.content_type.starts_with("application/json"))
    return {boost::system::in_place_error, invalid_arguments("content type")};
  return read_api_key_wish(asked.body);
}

response answer_of(const exchange_result<void>& done) {
  return done ? json_response(200, {{"result", true}}) : exchange_refusal(done.error());
}

api_key_book::app app_of(const access_right& right) {
  return {right.client_id, right.scopes};
}

}  // namespace

response sandbox_api::list_api_keys(const request& asked, moment now) {
  const auto right = permit(asked, reading, now);
  if (!right) return right.error();
  json list = json::array();
  for (const api_key& key : state_.api_keys().keys()) list.push_back(shown(key));
  return json_response(200, {{"result", list}});
}

response sandbox_api::create_api_key(const request& asked, moment now) {
  const auto right = permit(asked, writing, now);
  if (!right) return right.error();
  const auto wish = wish_in(asked);
  if (!wish) return exchange_refusal(wish.error());
  const auto made = state_.api_keys().create(*wish, app_of(**right), unix_time(now));
  if (!made) return exchange_refusal(made.error());
  json key = shown(**made);
  key["secret"] = (*made)->key_secret;
  return json_response(200, {{"result", key}});
}

response sandbox_api::update_api_key(const request& asked, moment now) {
  const auto right = permit(asked, writing, now);
  if (!right) return right.error();
  const auto wish = wish_in(asked);
  if (!wish) return exchange_refusal(wish.error());
  return answer_of(state_.api_keys().update(*wish, app_of(**right), unix_time(now)));
}

response sandbox_api::delete_api_key(const request& asked, moment now) {
  const auto right = permit(asked, writing, now);
  if (!right) return right.error();
  const auto wish = wish_in(asked);
  if (!wish) return exchange_refusal(wish.error());
  return answer_of(state_.api_keys().remove(wish->name));
}

}  // namespace latchkey::sandbox
