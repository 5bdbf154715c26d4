#include "core/token_endpoint.h"

#include <nlohmann/json.hpp>
#include <stdexcept>

#include "core/client_request.h"
#include "core/provider_answer.h"

namespace latchkey {

http_request code_request(const provider& server, const client_credentials& client, const secret& code,
                          std::string_view redirect_uri, const secret& code_verifier) {
  std::vector<form_field> fields{
      {"grant_type", "authorization_code"}, {"code", code.reveal()}, {"redirect_uri", redirect_uri}};
  if (!code_verifier.empty()) fields.push_back({"code_verifier", code_verifier.reveal()});
  return client_request(server, client, server.token_endpoint, fields);
}

http_request refresh_request(const provider& server, const client_credentials& client, const secret& refresh_token) {
  const form_field fields[] = {{"grant_type", "refresh_token"}, {"refresh_token", refresh_token.reveal()}};
  return client_request(server, client, server.token_endpoint, fields);
}

http_request revocation_request(const provider& server, const client_credentials& client, const secret& token,
                                std::string_view token_type_hint) {
  const form_field fields[] = {{"token", token.reveal()}, {"token_type_hint", token_type_hint}};
  return client_request(server, client, server.revocation_endpoint, fields);
}

token_failure unreachable(fault why) {
  // Also where TLS is not trusted: a hotel's network may stand between us and the provider, and it will pass.
  return {token_failure::kind::transient, std::move(why), {}};
}

result<> parse_revocation_response(const http_response& response, wall_time now) {
  if (is_success(response.status)) return {};
  const auto fields = read_answer(response.body.reveal());
  const auto error = fields ? find_error(*fields) : std::nullopt;
  const std::string said = error ? error->shown() : "";
  if (is_transient(response.status)) {
    fault why(errc::temporarily_unavailable, "the revocation endpoint answered " + std::to_string(response.status),
              said);
    why.retry_after = retry_after_of(response, now);
    return why;
  }
  return fault(errc::provider_error,
               "the provider did not revoke the token (it answered " + std::to_string(response.status) + ")", said);
}

void throw_exception_from_error(const token_failure& why, const boost::source_location& where) {
  throw std::logic_error("unchecked token failure at " + std::string(where.file_name()) + ": " + why.why.message);
}

}  // namespace latchkey
