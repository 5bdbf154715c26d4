#include "core/authorize.h"

#include <algorithm>

namespace latchkey {
namespace {

bool asks_for(const scope_list& scopes, std::string_view scope) {
  return std::ranges::find(scopes, scope) != scopes.end();
}

/// The provider's extra parameters with the account's over them, and none that is the protocol's own.
std::map<std::string, std::string> extra_parameters(const provider& server, const authorize_request& request) {
  std::map<std::string, std::string> extra = request.extra;
  extra.insert(server.authorize_parameters.begin(), server.authorize_parameters.end());
  // OIDC Core §11: without consent asked for, offline_access is ignored.
  if (asks_for(request.scopes, "offline_access")) extra.try_emplace("prompt", "consent");
  std::erase_if(extra, [](const auto& parameter) { return is_protocol_parameter(parameter.first); });
  return extra;
}

}  // namespace

bool asks_for_id_token(const provider& server, const scope_list& asked) {
  return server.openid && asks_for(asked, "openid");
}

form_fields authorize_fields(const provider& server, const authorize_request& request) {
  form_fields fields{
      {"response_type", "code"}, {"client_id", request.client_id}, {"redirect_uri", request.redirect_uri}};
  if (!request.scopes.empty()) fields.emplace_back("scope", join_scopes(request.scopes));
  fields.emplace_back("state", request.state);
  if (asks_for_id_token(server, request.scopes)) fields.emplace_back("nonce", request.nonce);
  if (server.pkce) {
    fields.emplace_back("code_challenge", request.code_challenge);
    fields.emplace_back("code_challenge_method", "S256");
  }
  if (!request.dpop_jkt.empty()) fields.emplace_back("dpop_jkt", request.dpop_jkt);
  for (const auto& [name, value] : extra_parameters(server, request)) fields.emplace_back(name, value);
  return fields;
}

std::string authorize_url(const provider& server, const authorize_request& request) {
  return with_query(server.authorization_endpoint, authorize_fields(server, request));
}

}  // namespace latchkey
