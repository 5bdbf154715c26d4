#include "core/fast_api_key.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/exchange_answer.h"
#include "core/nearest_word.h"
#include "core/utf8.h"

namespace latchkey {
namespace {

using nlohmann::json;

constexpr std::string_view path = "/oauth/fast-api-key";
constexpr std::size_t longest_name = 32;

secret bearer(const secret& access_token) {
  return secret::take("Bearer " + std::string(access_token.reveal()));
}

http_request request_of(std::string_view method, std::string_view base, const secret& access_token) {
  http_request request;
  request.method = method;
  request.url = std::string(base) + std::string(path);
  request.headers = {{"Accept", "application/json"}};
  request.authorization = bearer(access_token);
  return request;
}

http_request with_body(http_request request, const json& body) {
  request.headers.push_back({"Content-Type", "application/json"});
  request.body = secret::take(body.dump());
  return request;
}

json permission_object(const std::vector<std::string>& on) {
  json object = json::object();
  for (const std::string& each : fast_api_key_permissions()) object[each] = std::ranges::find(on, each) != on.end();
  return object;
}

json body_of(const fast_api_key_wish& wish) {
  json body = json::object();
  body["api_key_name"] = wish.name;
  if (wish.new_name) body["new_api_key_name"] = *wish.new_name;
  if (wish.permissions) body["permissions"] = permission_object(*wish.permissions);
  if (wish.ip_allowlist) body["ip_allowlist"] = *wish.ip_allowlist;
  if (wish.nonce_window) body["nonce_window"] = *wish.nonce_window;
  if (wish.query_from) body["query_from"] = *wish.query_from;
  if (wish.query_to) body["query_to"] = *wish.query_to;
  if (wish.valid_until) body["valid_until"] = *wish.valid_until;
  return body;
}

fault wrong(std::string sentence) {
  return {errc::bad_request, std::move(sentence)};
}

result<> check_name(std::string_view what, std::string_view name) {
  std::size_t characters = 0;
  for (std::string_view rest = name; !rest.empty(); ++characters) {
    const utf8_character next = first_utf8_character(rest);
    if (next.length == 0) return wrong(std::string(what) + " is not UTF-8");
    rest.remove_prefix(next.length);
  }
  if (characters < 1 || characters > longest_name)
    return wrong(std::string(what) + " has " + std::to_string(characters) + " characters; it may have 1 to " +
                 std::to_string(longest_name));
  if (printable(name) != name) return wrong(std::string(what) + " holds a control character");
  return {};
}

// Addresses are the API's to judge; here only what no address can be is refused.
bool may_be_a_network(std::string_view text) {
  constexpr std::string_view allowed = "0123456789abcdefABCDEF.:/";
  return !text.empty() && text.size() <= 64 && text.find_first_not_of(allowed) == std::string_view::npos;
}

std::string text_of(const json& object, std::string_view name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

// The API writes numbers as numbers or as strings; 0 and null both say that there is none.
std::optional<std::int64_t> time_of(const json& object, std::string_view name) {
  const auto found = object.find(name);
  if (found == object.end()) return std::nullopt;
  std::int64_t number = 0;
  if (found->is_string()) {
    const auto& text = found->get_ref<const std::string&>();
    const auto [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (wrong != std::errc() || end != text.data() + text.size()) return std::nullopt;
  } else if (found->is_number_integer()) {
    number = found->get<std::int64_t>();  // One that is too large for it comes out negative.
  }
  if (number <= 0) return std::nullopt;
  return number;
}

// It goes into a header as it is.
bool fits_a_header(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c > ' ' && c < 0x7F; });
}

std::vector<std::string> texts_of(const json& object, std::string_view name) {
  std::vector<std::string> texts;
  const auto found = object.find(name);
  if (found == object.end() || !found->is_array()) return texts;
  for (const json& each : *found)
    if (each.is_string()) texts.push_back(each.get<std::string>());
  return texts;
}

std::vector<std::string> permissions_of(const json& object) {
  std::vector<std::string> on;
  const auto found = object.find("permissions");
  if (found == object.end() || !found->is_object()) return on;
  for (const auto& [name, value] : found->items())
    if (value == true) on.push_back(name);
  return on;
}

fast_api_key key_of(json& object) {
  fast_api_key key;
  key.name = text_of(object, "api_key_name");
  key.id = text_of(object, "id");
  key.api_key = text_of(object, "api_key");
  if (const auto found = object.find("secret"); found != object.end() && found->is_string())
    key.key_secret = secret::take(std::move(found->get_ref<std::string&>()));
  key.permissions = permissions_of(object);
  key.ip_allowlist = texts_of(object, "ip_allowlist");
  key.valid_until = time_of(object, "valid_until");
  key.created_time = time_of(object, "created_time");
  key.last_used = time_of(object, "last_used");
  return key;
}

}  // namespace

const std::vector<std::string>& fast_api_key_permissions() {
  static const std::vector<std::string> names{"export_data",
                                              "funds_add",
                                              "funds_earn",
                                              "funds_query",
                                              "funds_withdraw",
                                              "ledger_query",
                                              "trades_close",
                                              "trades_modify",
                                              "trades_query_closed",
                                              "trades_query_open",
                                              "withdrawal_address_add",
                                              "withdrawal_address_update"};
  return names;
}

result<> check_fast_api_key(const fast_api_key_wish& wish) {
  if (auto checked = check_name("the key's name", wish.name); !checked) return checked;
  if (wish.new_name)
    if (auto checked = check_name("the key's new name", *wish.new_name); !checked) return checked;
  const auto& known = fast_api_key_permissions();
  for (const std::string& each : wish.permissions.value_or(std::vector<std::string>())) {
    if (std::ranges::find(known, each) != known.end()) continue;
    const auto near = nearest_word(each, known);
    return wrong("there is no permission \"" + printable(each) + "\"" +
                 (near ? "; did you mean \"" + *near + "\"?" : ""));
  }
  for (const std::string& each : wish.ip_allowlist.value_or(std::vector<std::string>()))
    if (!may_be_a_network(each))
      return wrong("\"" + printable(each) +
                   "\" is no address or network: write 192.0.2.1, 192.0.2.0/24 or 2001:db8::/32");
  if (wish.nonce_window && *wish.nonce_window < 0) return wrong("the nonce window is negative");
  return {};
}

http_request list_fast_api_keys(std::string_view base, const secret& access_token) {
  return request_of("GET", base, access_token);
}

http_request create_fast_api_key(std::string_view base, const secret& access_token, const fast_api_key_wish& wish) {
  fast_api_key_wish whole = wish;
  // The API wants the member; a key without permissions is what was asked for then.
  if (!whole.permissions) whole.permissions.emplace();
  return with_body(request_of("POST", base, access_token), body_of(whole));
}

http_request update_fast_api_key(std::string_view base, const secret& access_token, const fast_api_key_wish& wish) {
  return with_body(request_of("PUT", base, access_token), body_of(wish));
}

http_request delete_fast_api_key(std::string_view base, const secret& access_token, std::string_view name) {
  fast_api_key_wish wish;
  wish.name = name;
  return with_body(request_of("DELETE", base, access_token), body_of(wish));
}

result<std::vector<fast_api_key>> parse_fast_api_keys(const http_response& response) {
  auto answer = read_exchange_answer("the list of keys", response);
  if (!answer) return answer.error();
  std::vector<fast_api_key> keys;
  if (answer->is_null()) return keys;
  if (!answer->is_array()) return fault(errc::provider_error, "the list of keys is no list");
  for (json& each : *answer) {
    if (!each.is_object()) return fault(errc::provider_error, "the list of keys holds something that is no key");
    keys.push_back(key_of(each));
  }
  return keys;
}

result<fast_api_key> parse_created_fast_api_key(const http_response& response) {
  auto answer = read_exchange_answer("the answer with the new key", response);
  if (!answer) return answer.error();
  if (!answer->is_object()) return fault(errc::provider_error, "the answer holds no new key");
  fast_api_key key = key_of(*answer);
  if (key.api_key.empty() || key.key_secret.empty())
    return fault(errc::provider_error, "the answer lacks the new key or its secret");
  if (!fits_a_header(key.api_key))
    return fault(errc::provider_error, "the new key holds characters that no request can carry");
  return key;
}

result<> parse_fast_api_key_done(const http_response& response) {
  const auto answer = read_exchange_answer("the answer", response);
  if (!answer) return answer.error();
  if (*answer == true) return {};
  return fault(errc::provider_error, "the API did not say that it is done");
}

}  // namespace latchkey
