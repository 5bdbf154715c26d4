// What an app asks: the parameters of io.latchkey.Broker's methods.
#include <array>
#include <utility>

#include "core/limits.h"
#include "ipc/message_reader.h"
#include "ipc/messages.h"

namespace latchkey::ipc {
namespace {

using nlohmann::json;

constexpr std::array<std::string_view, 3> login_flows{"browser", "device", "url"};
constexpr std::array<std::string_view, 3> client_authentications{"none", "client_secret_basic", "client_secret_post"};
constexpr std::array<std::string_view, 2> rsa_paddings{"pkcs1", "oaep"};
constexpr range token_lifetime{0, limits::longest_lifetime.count()};

// Which characters a name may have is for the accounts to say; here it is only kept from being absurd.
void read_account_name(object_reader& reader, std::string_view member, std::string& into) {
  reader.required(member, into);
  if (into.empty() || into.size() > limits::account_name)
    reader.fail(member, "must have 1 to " + std::to_string(limits::account_name) + " bytes");
}

void read_encrypted_client_secret(object_reader& reader, encrypted_client_secret_info& into) {
  reader.required_lines("ciphertext", into.ciphertext);
  reader.required_lines("private_key", into.private_key);
  reader.optional("passphrase", into.passphrase);
  reader.optional("padding", into.padding, rsa_paddings);
}

template <class T>
void put(json& object, const char* name, const std::optional<T>& value) {
  if (value) object[name] = *value;
}

}  // namespace

result<get_token_call> decode_get_token_call(const json& parameters) {
  return decode<get_token_call>(parameters, strictness::call, [](object_reader& reader, get_token_call& call) {
    read_account_name(reader, "account", call.account);
    reader.optional("scopes", call.scopes);
    reader.optional("min_valid", call.min_valid, token_lifetime);
    reader.optional("stale_generation", call.stale_generation, range{});
    reader.optional("lease", call.lease, token_lifetime);
    reader.optional("wait_for_consent", call.wait_for_consent, token_lifetime);
  });
}

result<login_call> decode_login_call(const json& parameters) {
  return decode<login_call>(parameters, strictness::call, [](object_reader& reader, login_call& call) {
    read_account_name(reader, "account", call.account);
    reader.required("flow", call.flow, login_flows);
    reader.optional("scopes", call.scopes);
    reader.optional("accept_other_user", call.accept_other_user);
  });
}

result<finish_login_call> decode_finish_login_call(const json& parameters) {
  return decode<finish_login_call>(parameters, strictness::call, [](object_reader& reader, finish_login_call& call) {
    read_account_name(reader, "account", call.account);
    reader.required("redirect_url", call.redirect_url);
  });
}

result<new_account> decode_new_account(const json& parameters) {
  return decode<new_account>(parameters, strictness::call, [](object_reader& outer, new_account& account) {
    outer.required_object("account", [&](object_reader& reader) {
      read_account_name(reader, "name", account.name);
      reader.optional("provider", account.provider);
      reader.optional("issuer", account.issuer);
      reader.optional("authorization_endpoint", account.authorization_endpoint);
      reader.optional("token_endpoint", account.token_endpoint);
      reader.optional("revocation_endpoint", account.revocation_endpoint);
      reader.optional("device_authorization_endpoint", account.device_authorization_endpoint);
      reader.optional("userinfo_endpoint", account.userinfo_endpoint);
      reader.required("client_id", account.client_id);
      reader.optional("client_secret", account.client_secret);
      reader.optional_object("client_secret_encrypted", [&](object_reader& inner) {
        read_encrypted_client_secret(inner, account.client_secret_encrypted.emplace());
      });
      reader.optional("client_authentication", account.client_authentication, client_authentications);
      reader.optional("scopes", account.scopes);
      reader.optional("redirect_uri", account.redirect_uri);
      reader.optional("authorize_parameters", account.authorize_parameters);
      reader.optional("variables", account.variables);
      reader.optional("dpop_bound_access_tokens", account.dpop_bound_access_tokens);
      reader.optional("require_pushed_authorization_requests", account.require_pushed_authorization_requests);
    });
  });
}

result<logout_call> decode_logout_call(const json& parameters) {
  return decode<logout_call>(parameters, strictness::call, [](object_reader& reader, logout_call& call) {
    read_account_name(reader, "account", call.account);
    reader.required("revoke", call.revoke);
  });
}

result<std::string> decode_release_lease_call(const json& parameters) {
  return decode<std::string>(parameters, strictness::call, [](object_reader& reader, std::string& lease_id) {
    reader.required("lease_id", lease_id);
  });
}

result<std::string> decode_account_name(const json& parameters) {
  return decode<std::string>(parameters, strictness::call, [](object_reader& reader, std::string& name) {
    read_account_name(reader, "account", name);
  });
}

result<std::optional<std::string>> decode_optional(std::string_view member, const json& parameters) {
  return decode<std::optional<std::string>>(
      parameters, strictness::call,
      [&](object_reader& reader, std::optional<std::string>& name) { reader.optional(member, name); });
}

result<> decode_nothing(const json& parameters) {
  const auto nothing = decode<bool>(parameters, strictness::call, [](object_reader&, bool&) {});
  if (!nothing) return nothing.error();
  return {};
}

json encode(const get_token_call& value) {
  json parameters = {{"account", value.account}};
  put(parameters, "scopes", value.scopes);
  put(parameters, "min_valid", value.min_valid);
  put(parameters, "stale_generation", value.stale_generation);
  put(parameters, "lease", value.lease);
  put(parameters, "wait_for_consent", value.wait_for_consent);
  return parameters;
}

json encode(const login_call& value) {
  json parameters = {{"account", value.account}, {"flow", value.flow}};
  put(parameters, "scopes", value.scopes);
  put(parameters, "accept_other_user", value.accept_other_user);
  return parameters;
}

json encode(const finish_login_call& value) {
  json parameters = json::object();
  parameters["account"] = value.account;
  parameters["redirect_url"] = value.redirect_url.reveal();
  return parameters;
}

json encode(const encrypted_client_secret_info& value) {
  json object = json::object();
  object["ciphertext"] = value.ciphertext.reveal();
  object["private_key"] = value.private_key.reveal();
  if (value.passphrase) object["passphrase"] = value.passphrase->reveal();
  put(object, "padding", value.padding);
  return object;
}

json encode(const new_account& value) {
  json account = {{"name", value.name}, {"client_id", value.client_id}};
  put(account, "provider", value.provider);
  put(account, "issuer", value.issuer);
  put(account, "authorization_endpoint", value.authorization_endpoint);
  put(account, "token_endpoint", value.token_endpoint);
  put(account, "revocation_endpoint", value.revocation_endpoint);
  put(account, "device_authorization_endpoint", value.device_authorization_endpoint);
  put(account, "userinfo_endpoint", value.userinfo_endpoint);
  if (value.client_secret) account["client_secret"] = value.client_secret->reveal();
  if (value.client_secret_encrypted) account["client_secret_encrypted"] = encode(*value.client_secret_encrypted);
  put(account, "client_authentication", value.client_authentication);
  put(account, "scopes", value.scopes);
  put(account, "redirect_uri", value.redirect_uri);
  put(account, "authorize_parameters", value.authorize_parameters);
  put(account, "variables", value.variables);
  put(account, "dpop_bound_access_tokens", value.dpop_bound_access_tokens);
  put(account, "require_pushed_authorization_requests", value.require_pushed_authorization_requests);
  json parameters = json::object();
  parameters["account"] = std::move(account);
  return parameters;
}

json encode(const logout_call& value) {
  return {{"account", value.account}, {"revoke", value.revoke}};
}

}  // namespace latchkey::ipc
