#include "core/pushed_authorization.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/account_config.h"
#include "core/client_request.h"
#include "core/limits.h"
#include "core/provider_answer.h"

namespace latchkey {
namespace {

constexpr std::string_view answer = "the pushed authorization request endpoint";

bool is_request_uri(std::string_view text) {
  return !text.empty() && text.size() <= limits::request_uri &&
         std::ranges::all_of(text, [](char c) { return c > ' ' && c < '\x7F'; });
}

fault refused(const http_response& response, const std::optional<provider_failure>& error, wall_time now) {
  const std::string said = error ? error->shown() : "";
  const std::string status = std::string(answer) + " answered " + std::to_string(response.status);
  if (!is_transient(response.status)) return {errc::login_failed, status + " and refused the login", said};
  fault why(errc::temporarily_unavailable, status, said);
  why.retry_after = retry_after_of(response, now);
  return why;
}

}  // namespace

http_request pushed_authorization_request(const provider& server, const client_credentials& client,
                                          const authorize_request& request) {
  const form_fields pushed = authorize_fields(server, request);
  // Where the client names itself in the body, client_id is there already.
  const bool in_header =
      client_auth_of(server, client.client_secret.has_value()) == client_authentication::client_secret_basic;
  std::vector<form_field> fields;
  for (const auto& [name, value] : pushed)
    if (in_header || name != "client_id") fields.push_back({name, value});
  return client_request(server, client, server.pushed_authorization_request_endpoint, fields);
}

result<std::string> parse_pushed_authorization(const http_response& response, wall_time now) {
  const auto fields = read_answer(response.body.reveal());
  const auto error = fields ? find_error(*fields) : std::nullopt;
  if (error || !is_success(response.status)) return refused(response, error, now);
  const fault unusable(errc::provider_error, std::string(answer) + " gave no request_uri that can be used");
  if (!fields) return unusable;
  const auto found = fields->find("request_uri");
  if (found == fields->end() || !found->is_string()) return unusable;
  auto uri = found->get<std::string>();
  if (!is_request_uri(uri)) return unusable;
  return uri;
}

std::string pushed_authorize_url(const provider& server, std::string_view client_id, std::string_view request_uri) {
  const form_fields fields{{"client_id", std::string(client_id)}, {"request_uri", std::string(request_uri)}};
  return with_query(server.authorization_endpoint, fields);
}

}  // namespace latchkey
