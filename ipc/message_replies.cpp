// What the broker answers: the replies of io.latchkey.Broker's methods.
#include <utility>

#include "ipc/message_reader.h"
#include "ipc/messages.h"

namespace latchkey::ipc {
namespace {

using nlohmann::json;

template <class T>
void put(json& object, const char* name, const std::optional<T>& value) {
  if (value) object[name] = *value;
}

// {"name": value}, written so that no array of two can be meant.
json wrapped(const char* name, json value) {
  json parameters = json::object();
  parameters[name] = std::move(value);
  return parameters;
}

json account_array(const std::vector<account_info>& accounts) {
  json array = json::array();
  for (const account_info& account : accounts) array.push_back(encode(account));
  return array;
}

json encode_provider(const provider_info& value) {
  json scopes = json::array();
  for (const scope_info& scope : value.scopes)
    scopes.push_back(
        {{"name", scope.name}, {"category", scope.category}, {"description", scope.description}, {"risk", scope.risk}});
  json provider = {{"name", value.name},
                   {"display_name", value.display_name},
                   {"authorization_endpoint", value.authorization_endpoint},
                   {"token_endpoint", value.token_endpoint},
                   {"exclusive", value.exclusive},
                   {"source", value.source},
                   {"scopes", std::move(scopes)}};
  put(provider, "revocation_endpoint", value.revocation_endpoint);
  put(provider, "device_authorization_endpoint", value.device_authorization_endpoint);
  put(provider, "account_page", value.account_page);
  put(provider, "scopes_complete", value.scopes_complete);
  put(provider, "empty_scope", value.empty_scope);
  for (const variable_info& each : value.variables) {
    json variable = {{"name", each.name}, {"description", each.description}, {"example", each.example}};
    put(variable, "default", each.default_value);
    provider["variables"].push_back(std::move(variable));
  }
  return provider;
}

void read_account(object_reader& reader, account_info& account) {
  reader.required("name", account.name);
  reader.required("provider", account.provider);
  reader.required("client_id", account.client_id);
  reader.required("confidential", account.confidential);
  reader.required("scopes", account.scopes);
  reader.required("redirect_uri", account.redirect_uri);
  reader.required("exclusive", account.exclusive);
  reader.required("state", account.state);
  reader.optional("reason", account.reason);
  reader.required("generation", account.generation);
  reader.required("granted_scopes", account.granted_scopes);
  reader.optional("expires_at", account.expires_at);
  reader.optional("refreshed_at", account.refreshed_at);
  reader.required("has_refresh_token", account.has_refresh_token);
  reader.optional("next_action", account.next_action);
  reader.optional("next_action_at", account.next_action_at);
  reader.optional("last_used_at", account.last_used_at);
  reader.optional("last_used_by", account.last_used_by);
  reader.optional("subject", account.subject);
}

void read_accounts(object_reader& reader, std::vector<account_info>& accounts) {
  reader.required_objects("accounts", [&](object_reader& item) { read_account(item, accounts.emplace_back()); });
}

void read_scope(object_reader& reader, scope_info& scope) {
  reader.required("name", scope.name);
  reader.required("category", scope.category);
  reader.required("description", scope.description);
  reader.required("risk", scope.risk);
}

void read_variable(object_reader& reader, variable_info& variable) {
  reader.required("name", variable.name);
  reader.required("description", variable.description);
  reader.optional("default", variable.default_value);
  reader.required("example", variable.example);
}

void read_provider(object_reader& reader, provider_info& provider) {
  reader.required("name", provider.name);
  reader.required("display_name", provider.display_name);
  reader.required("authorization_endpoint", provider.authorization_endpoint);
  reader.required("token_endpoint", provider.token_endpoint);
  reader.optional("revocation_endpoint", provider.revocation_endpoint);
  reader.optional("device_authorization_endpoint", provider.device_authorization_endpoint);
  reader.required("exclusive", provider.exclusive);
  reader.optional("account_page", provider.account_page);
  reader.required("source", provider.source);
  reader.required_objects("scopes", [&](object_reader& item) { read_scope(item, provider.scopes.emplace_back()); });
  reader.optional_objects("variables",
                          [&](object_reader& item) { read_variable(item, provider.variables.emplace_back()); });
  reader.optional("scopes_complete", provider.scopes_complete);
  reader.optional("empty_scope", provider.empty_scope);
}

}  // namespace

json encode(const get_token_reply& value) {
  // Member by member: an initializer list would copy each value several times, on the way of every token.
  json parameters = json::object();
  parameters["access_token"] = value.access_token.reveal();
  parameters["token_type"] = value.token_type;
  parameters["scopes"] = value.scopes;
  parameters["generation"] = value.generation;
  put(parameters, "expires_at", value.expires_at);
  put(parameters, "lease_id", value.lease_id);
  return parameters;
}

json encode(const login_step& value) {
  json step = json::object();
  step["state"] = value.state;
  put(step, "url", value.url);
  put(step, "redirect_uri", value.redirect_uri);
  put(step, "user_code", value.user_code);
  put(step, "verification_uri", value.verification_uri);
  put(step, "verification_uri_complete", value.verification_uri_complete);
  put(step, "warning", value.warning);
  put(step, "expires_at", value.expires_at);
  if (value.account) step["account"] = encode(*value.account);
  return wrapped("step", std::move(step));
}

json encode(const event_info& value) {
  json event = json::object();
  event["kind"] = value.kind;
  event["account"] = encode(value.account);
  return wrapped("event", std::move(event));
}

json encode(const logout_reply& value) {
  json parameters = wrapped("revoked", value.revoked);
  put(parameters, "note", value.note);
  return parameters;
}

json encode(const provider_check_reply& value) {
  json parameters = {{"endpoint", value.endpoint}, {"reachable", value.reachable}};
  put(parameters, "message", value.message);
  put(parameters, "clock_skew", value.clock_skew);
  return parameters;
}

json encode(const status_reply& value) {
  json parameters = {{"version", value.version},
                     {"pid", value.pid},
                     {"started_at", value.started_at},
                     {"store", value.store},
                     {"store_description", value.store_description},
                     {"can_open_browser", value.can_open_browser},
                     {"warnings", value.warnings},
                     {"accounts", account_array(value.accounts)}};
  put(parameters, "locked", value.locked);
  put(parameters, "locked_since", value.locked_since);
  return parameters;
}

json encode(const account_info& value) {
  json account = {{"name", value.name},
                  {"provider", value.provider},
                  {"client_id", value.client_id},
                  {"confidential", value.confidential},
                  {"scopes", value.scopes},
                  {"redirect_uri", value.redirect_uri},
                  {"exclusive", value.exclusive},
                  {"state", value.state},
                  {"generation", value.generation},
                  {"granted_scopes", value.granted_scopes},
                  {"has_refresh_token", value.has_refresh_token}};
  put(account, "reason", value.reason);
  put(account, "expires_at", value.expires_at);
  put(account, "refreshed_at", value.refreshed_at);
  put(account, "next_action", value.next_action);
  put(account, "next_action_at", value.next_action_at);
  put(account, "last_used_at", value.last_used_at);
  put(account, "last_used_by", value.last_used_by);
  put(account, "subject", value.subject);
  return account;
}

json encode_accounts(const std::vector<account_info>& accounts) {
  return wrapped("accounts", account_array(accounts));
}

json encode_providers(const std::vector<provider_info>& providers) {
  json array = json::array();
  for (const provider_info& provider : providers) array.push_back(encode_provider(provider));
  return wrapped("providers", std::move(array));
}

result<get_token_reply> decode_get_token_reply(const json& parameters) {
  return decode<get_token_reply>(parameters, strictness::reply, [](object_reader& reader, get_token_reply& reply) {
    reader.required("access_token", reply.access_token);
    reader.required("token_type", reply.token_type);
    reader.optional("expires_at", reply.expires_at);
    reader.required("scopes", reply.scopes);
    reader.required("generation", reply.generation);
    reader.optional("lease_id", reply.lease_id);
  });
}

result<login_step> decode_login_step(const json& parameters) {
  return decode<login_step>(parameters, strictness::reply, [](object_reader& outer, login_step& step) {
    outer.required_object("step", [&](object_reader& reader) {
      reader.required("state", step.state);
      reader.optional("url", step.url);
      reader.optional("redirect_uri", step.redirect_uri);
      reader.optional("user_code", step.user_code);
      reader.optional("verification_uri", step.verification_uri);
      reader.optional("verification_uri_complete", step.verification_uri_complete);
      reader.optional("warning", step.warning);
      reader.optional("expires_at", step.expires_at);
      reader.optional_object("account", [&](object_reader& inner) { read_account(inner, step.account.emplace()); });
    });
  });
}

result<event_info> decode_event(const json& parameters) {
  return decode<event_info>(parameters, strictness::reply, [](object_reader& outer, event_info& event) {
    outer.required_object("event", [&](object_reader& reader) {
      reader.required("kind", event.kind);
      reader.required_object("account", [&](object_reader& inner) { read_account(inner, event.account); });
    });
  });
}

result<logout_reply> decode_logout_reply(const json& parameters) {
  return decode<logout_reply>(parameters, strictness::reply, [](object_reader& reader, logout_reply& reply) {
    reader.required("revoked", reply.revoked);
    reader.optional("note", reply.note);
  });
}

result<provider_check_reply> decode_provider_check_reply(const json& parameters) {
  return decode<provider_check_reply>(parameters, strictness::reply,
                                      [](object_reader& reader, provider_check_reply& reply) {
                                        reader.required("endpoint", reply.endpoint);
                                        reader.required("reachable", reply.reachable);
                                        reader.optional("message", reply.message);
                                        reader.optional("clock_skew", reply.clock_skew);
                                      });
}

result<status_reply> decode_status_reply(const json& parameters) {
  return decode<status_reply>(parameters, strictness::reply, [](object_reader& reader, status_reply& reply) {
    reader.required("version", reply.version);
    reader.required("pid", reply.pid);
    reader.required("started_at", reply.started_at);
    reader.required("store", reply.store);
    reader.required("store_description", reply.store_description);
    reader.required("can_open_browser", reply.can_open_browser);
    reader.required("warnings", reply.warnings);
    read_accounts(reader, reply.accounts);
    reader.optional("locked", reply.locked);
    reader.optional("locked_since", reply.locked_since);
  });
}

result<std::vector<account_info>> decode_accounts(const json& parameters) {
  return decode<std::vector<account_info>>(
      parameters, strictness::reply,
      [](object_reader& reader, std::vector<account_info>& accounts) { read_accounts(reader, accounts); });
}

result<std::vector<provider_info>> decode_providers(const json& parameters) {
  return decode<std::vector<provider_info>>(
      parameters, strictness::reply, [](object_reader& reader, std::vector<provider_info>& providers) {
        reader.required_objects("providers",
                                [&](object_reader& item) { read_provider(item, providers.emplace_back()); });
      });
}

}  // namespace latchkey::ipc
