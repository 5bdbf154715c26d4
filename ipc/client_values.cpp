#include "ipc/client_values.h"

#include <utility>

namespace latchkey {
namespace {

constexpr std::string_view placeholder = "ACCOUNT";

std::optional<std::string> unless_empty(const std::string& text) {
  if (text.empty()) return std::nullopt;
  return text;
}

}  // namespace

client_error::~client_error() = default;

void throw_client_error(const fault& why, const std::string& account) {
  const error_info& row = info(why.code);
  client_error thrown(std::string(row.wire_name), row.exit_code, why.message);
  thrown.advice = row.advice;
  if (const std::size_t at = thrown.advice.find(placeholder); at != std::string::npos && !account.empty())
    thrown.advice.replace(at, placeholder.size(), account);
  thrown.provider_text = why.provider_text;
  thrown.missing_scopes = why.missing_scopes;
  thrown.retry_after = why.retry_after;
  thrown.app = why.app;
  throw thrown;
}

account to_account(ipc::account_info&& info) {
  account value;
  value.name = std::move(info.name);
  value.provider = std::move(info.provider);
  value.client_id = std::move(info.client_id);
  value.confidential = info.confidential;
  value.scopes = std::move(info.scopes);
  value.redirect_uri = std::move(info.redirect_uri);
  value.exclusive = info.exclusive;
  value.state = std::move(info.state);
  value.reason = std::move(info.reason).value_or("");
  value.generation = info.generation;
  value.granted_scopes = std::move(info.granted_scopes);
  value.expires_at = info.expires_at;
  value.refreshed_at = info.refreshed_at;
  value.has_refresh_token = info.has_refresh_token;
  value.next_action = std::move(info.next_action).value_or("");
  value.next_action_at = info.next_action_at;
  value.last_used_at = info.last_used_at;
  value.last_used_by = std::move(info.last_used_by).value_or("");
  return value;
}

std::vector<account> to_accounts(std::vector<ipc::account_info>&& infos) {
  std::vector<account> values;
  values.reserve(infos.size());
  for (ipc::account_info& info : infos) values.push_back(to_account(std::move(info)));
  return values;
}

token to_token(ipc::get_token_reply&& reply) {
  token value;
  value.access_token = reply.access_token.reveal();
  value.token_type = std::move(reply.token_type);
  value.expires_at = reply.expires_at;
  value.scopes = std::move(reply.scopes);
  value.generation = reply.generation;
  value.lease_id = reply.lease_id.value_or("");
  return value;
}

login_step to_login_step(ipc::login_step&& step) {
  login_step value;
  value.state = std::move(step.state);
  value.url = std::move(step.url).value_or("");
  value.redirect_uri = std::move(step.redirect_uri).value_or("");
  value.user_code = std::move(step.user_code).value_or("");
  value.verification_uri = std::move(step.verification_uri).value_or("");
  value.verification_uri_complete = std::move(step.verification_uri_complete).value_or("");
  value.warning = std::move(step.warning).value_or("");
  value.expires_at = step.expires_at;
  return value;
}

provider_description to_provider(ipc::provider_info&& info) {
  provider_description value;
  value.name = std::move(info.name);
  value.display_name = std::move(info.display_name);
  value.authorization_endpoint = std::move(info.authorization_endpoint);
  value.token_endpoint = std::move(info.token_endpoint);
  value.revocation_endpoint = std::move(info.revocation_endpoint).value_or("");
  value.device_authorization_endpoint = std::move(info.device_authorization_endpoint).value_or("");
  value.exclusive = info.exclusive;
  value.account_page = std::move(info.account_page).value_or("");
  value.source = std::move(info.source);
  value.scopes.reserve(info.scopes.size());
  for (ipc::scope_info& each : info.scopes)
    value.scopes.push_back(
        {std::move(each.name), std::move(each.category), std::move(each.description), std::move(each.risk)});
  for (ipc::variable_info& each : info.variables)
    value.variables.push_back({std::move(each.name), std::move(each.description),
                               std::move(each.default_value).value_or(""), std::move(each.example)});
  value.scopes_complete = info.scopes_complete.value_or(false);
  value.empty_scope = std::move(info.empty_scope).value_or("unknown");
  return value;
}

provider_check to_provider_check(ipc::provider_check_reply&& reply) {
  provider_check value;
  value.endpoint = std::move(reply.endpoint);
  value.reachable = reply.reachable;
  value.message = std::move(reply.message).value_or("");
  if (reply.clock_skew) value.clock_skew = std::chrono::seconds(*reply.clock_skew);
  return value;
}

api_key to_api_key(ipc::fast_api_key_info&& info) {
  api_key value;
  value.name = std::move(info.name);
  value.id = std::move(info.id);
  value.api_key = std::move(info.api_key);
  value.permissions = std::move(info.permissions);
  value.ip_allowlist = std::move(info.ip_allowlist);
  value.valid_until = info.valid_until;
  value.created_at = info.created_at;
  value.last_used_at = info.last_used_at;
  value.stored = info.stored;
  return value;
}

ipc::fast_api_key_wish_info to_message(const api_key_wish& wish) {
  ipc::fast_api_key_wish_info message;
  message.name = wish.name;
  message.new_name = wish.new_name;
  message.permissions = wish.permissions;
  message.ip_allowlist = wish.ip_allowlist;
  message.nonce_window = wish.nonce_window;
  message.query_from = wish.query_from;
  message.query_to = wish.query_to;
  message.valid_until = wish.valid_until;
  return message;
}

daemon_status to_status(ipc::status_reply&& reply) {
  daemon_status value;
  value.version = std::move(reply.version);
  value.pid = reply.pid;
  value.started_at = reply.started_at;
  value.store = std::move(reply.store);
  value.store_description = std::move(reply.store_description);
  value.can_open_browser = reply.can_open_browser;
  value.warnings = std::move(reply.warnings);
  value.accounts = to_accounts(std::move(reply.accounts));
  value.locked = reply.locked.value_or(false);
  value.locked_since = reply.locked_since;
  return value;
}

ipc::sign_dpop_call to_message(const std::string& account, const dpop_request& request) {
  return {account, request.method, request.url, unless_empty(request.nonce), request.generation};
}

ipc::encrypted_client_secret_info to_message(const encrypted_client_secret& given) {
  ipc::encrypted_client_secret_info message;
  message.ciphertext = secret(given.ciphertext);
  message.private_key = secret(given.private_key);
  if (!given.passphrase.empty()) message.passphrase = secret(given.passphrase);
  if (given.oaep) message.padding = "oaep";
  return message;
}

ipc::new_account to_message(const new_account& account) {
  ipc::new_account message;
  message.name = account.name;
  message.provider = unless_empty(account.provider);
  message.issuer = unless_empty(account.issuer);
  message.authorization_endpoint = unless_empty(account.authorization_endpoint);
  message.token_endpoint = unless_empty(account.token_endpoint);
  message.revocation_endpoint = unless_empty(account.revocation_endpoint);
  message.device_authorization_endpoint = unless_empty(account.device_authorization_endpoint);
  message.userinfo_endpoint = unless_empty(account.userinfo_endpoint);
  message.client_id = account.client_id;
  if (!account.client_secret.empty()) message.client_secret = secret(account.client_secret);
  if (!account.client_secret_encrypted.ciphertext.empty())
    message.client_secret_encrypted = to_message(account.client_secret_encrypted);
  message.client_authentication = unless_empty(account.client_authentication);
  if (!account.scopes.empty()) message.scopes = account.scopes;
  message.redirect_uri = unless_empty(account.redirect_uri);
  if (!account.authorize_parameters.empty()) message.authorize_parameters = account.authorize_parameters;
  if (!account.variables.empty()) message.variables = account.variables;
  if (account.dpop_bound_access_tokens) message.dpop_bound_access_tokens = true;
  if (account.require_pushed_authorization_requests) message.require_pushed_authorization_requests = true;
  return message;
}

}  // namespace latchkey
