#include "daemon/broker_answers.h"

#include <nlohmann/json.hpp>

#include "daemon/broker.h"

namespace latchkey {
namespace {

std::optional<std::string> if_any(const std::string& text) {
  if (text.empty()) return std::nullopt;
  return text;
}

}  // namespace

varlink::answer refuse(const fault& why) {
  nlohmann::json encoded = ipc::encode_fault(why);
  return {encoded.at("error").get<std::string>(), std::move(encoded.at("parameters"))};
}

varlink::answer refuse(fault why, std::string_view account_name) {
  if (why.message.find(account_name) == std::string::npos)
    why.message = "account " + std::string(account_name) + ": " + why.message;
  return refuse(why);
}

ipc::provider_info describe(const listed_provider& shown) {
  ipc::provider_info info;
  const provider& server = shown.server;
  info.name = server.name;
  info.display_name = server.display_name;
  info.authorization_endpoint = server.authorization_endpoint;
  info.token_endpoint = server.token_endpoint;
  info.revocation_endpoint = if_any(server.revocation_endpoint);
  info.device_authorization_endpoint = if_any(server.device_authorization_endpoint);
  info.exclusive = server.rotation == rotation::exclusive;
  info.account_page = if_any(server.account_page);
  info.source = shown.source;
  for (const auto& scope : server.scopes)
    info.scopes.push_back({scope.name, scope.category, scope.description, std::string(to_string(scope.risk))});
  for (const auto& each : server.variables)
    info.variables.push_back({each.name, each.description, if_any(each.default_value), each.example});
  info.scopes_complete = server.scopes_complete;
  info.empty_scope = to_string(server.empty_scope);
  return info;
}

ipc::account_info describe(const account& who, const provider_catalog& providers) {
  const account_config& config = who.config();
  const provider server = providers.known(config);
  const account_view view = who.view();
  ipc::account_info info;
  info.name = config.name;
  info.provider = server.name;
  info.client_id = config.client_id;
  info.confidential = config.confidential;
  info.scopes = config.scopes;
  info.redirect_uri = config.redirect_uri;
  info.exclusive = server.rotation == rotation::exclusive;
  info.state = view.state;
  info.reason = if_any(view.reason);
  info.generation = static_cast<std::int64_t>(view.generation);
  info.granted_scopes = view.granted_scopes;
  if (view.expires_at) info.expires_at = view.expires_at->time_since_epoch().count();
  if (view.refreshed_at) info.refreshed_at = view.refreshed_at->time_since_epoch().count();
  info.has_refresh_token = view.has_refresh_token;
  if (!view.next_action.empty()) info.next_action = view.next_action;
  if (view.next_action_at) info.next_action_at = view.next_action_at->time_since_epoch().count();
  if (view.last_used_at) info.last_used_at = view.last_used_at->time_since_epoch().count();
  info.last_used_by = if_any(view.last_used_by);
  info.subject = if_any(view.subject);
  return info;
}

}  // namespace latchkey
