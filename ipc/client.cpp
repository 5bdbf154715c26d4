#include "latchkey/client.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "ipc/client_state.h"
#include "ipc/client_values.h"
#include "ipc/messages.h"
#include "os/paths.h"

namespace latchkey {
namespace {

using nlohmann::json;

const char* name_of(login_flow flow) {
  switch (flow) {
    case login_flow::browser:
      return "browser";
    case login_flow::url:
      return "url";
    case login_flow::device:
      return "device";
  }
  return "browser";
}

}  // namespace

client::client(const std::string& socket_path) : state_(std::make_unique<state>()) {
  state_->path = socket_path;
  if (socket_path.empty()) {
    const auto standard = latchkey::socket_path();
    if (!standard) throw_client_error(fault(errc::no_daemon, standard.error().message), {});
    state_->path = standard->native();
  }
  if (const auto connected = state_->connect(); !connected) throw_client_error(connected.error(), {});
}

client::client(client&&) noexcept = default;
client& client::operator=(client&&) noexcept = default;
client::~client() = default;

token client::get_token(const std::string& account, const token_options& options) {
  ipc::get_token_call call;
  call.account = account;
  if (!options.scopes.empty()) call.scopes = options.scopes;
  if (options.min_valid) call.min_valid = options.min_valid->count();
  call.stale_generation = options.stale_generation;
  if (options.lease) call.lease = options.lease->count();
  manner how = repeat::harmless;
  if (options.wait_for_consent) {
    call.wait_for_consent = options.wait_for_consent->count();
    how.patience = answer_patience + *options.wait_for_consent;
  }
  json reply = state_->ask("GetToken", ipc::encode(call), account, how);
  token value = to_token(value_of(ipc::decode_get_token_reply(reply), account));
  wipe(reply["access_token"].get_ref<std::string&>());
  return value;
}

void client::release_lease(const std::string& lease_id) {
  state_->ask("ReleaseLease", only("lease_id", lease_id), {}, repeat::harmless);
}

void client::login(const std::string& account, login_flow flow, const std::vector<std::string>& scopes,
                   const std::function<void(const login_step&)>& on_step) {
  login(account, flow, scopes, on_step, other_user::refuse);
}

void client::login(const std::string& account, login_flow flow, const std::vector<std::string>& scopes,
                   const std::function<void(const login_step&)>& on_step, other_user answer) {
  ipc::login_call call;
  call.account = account;
  call.flow = name_of(flow);
  if (!scopes.empty()) call.scopes = scopes;
  if (answer == other_user::accept) call.accept_other_user = true;
  bool is_under_way = false;
  try {
    state_->stream("Login", ipc::encode(call), account, [&](const json& reply) {
      is_under_way = true;
      on_step(to_login_step(value_of(ipc::decode_login_step(reply), account)));
      return true;
    });
  } catch (const client_error& error) {
    // A daemon that ends, or is restarted, takes the login with it: whoever waits must not wait for the browser any
    // more.
    if (!is_under_way || error.name() != info(errc::no_daemon).wire_name) throw;
    throw_client_error(fault(errc::login_failed, "latchkeyd has ended, and this login with it"), account);
  }
}

void client::finish_login(const std::string& account, const std::string& redirect_url) {
  ipc::finish_login_call call;
  call.account = account;
  call.redirect_url = secret(redirect_url);
  json parameters = ipc::encode(call);
  const wiper after(parameters, "redirect_url");
  state_->ask("FinishLogin", parameters, account, repeat::harmful);
}

void client::watch(const std::string& account, const std::function<bool(const event&)>& on_event) {
  state_->stream("Watch", only("account", account), account, [&](const json& reply) {
    ipc::event_info info = value_of(ipc::decode_event(reply), account);
    return on_event(event{std::move(info.kind), to_account(std::move(info.account))});
  });
}

std::vector<account> client::accounts() {
  return to_accounts(value_of(ipc::decode_accounts(state_->ask("Accounts", json::object(), {}, repeat::harmless)), {}));
}

void client::add_account(const new_account& account) {
  json parameters = ipc::encode(to_message(account));
  json& sent = parameters["account"];
  const wiper after(sent, "client_secret");
  json none;
  json& encrypted = sent.contains("client_secret_encrypted") ? sent["client_secret_encrypted"] : none;
  const wiper after_key(encrypted, "private_key");
  const wiper after_passphrase(encrypted, "passphrase");
  state_->ask("AddAccount", parameters, account.name, repeat::harmful);
}

void client::remove_account(const std::string& account) {
  state_->ask("RemoveAccount", only("account", account), account, repeat::harmful);
}

logout_result client::logout(const std::string& account, bool revoke) {
  ipc::logout_call call;
  call.account = account;
  call.revoke = revoke;
  auto reply =
      value_of(ipc::decode_logout_reply(state_->ask("Logout", ipc::encode(call), account, repeat::harmful)), account);
  return {reply.revoked, std::move(reply.note).value_or("")};
}

std::vector<provider_description> client::providers(const std::string& name) {
  auto infos = value_of(ipc::decode_providers(state_->ask("Providers", only("name", name), {}, repeat::harmless)), {});
  std::vector<provider_description> values;
  values.reserve(infos.size());
  for (ipc::provider_info& info : infos) values.push_back(to_provider(std::move(info)));
  return values;
}

daemon_status client::status() {
  return to_status(value_of(ipc::decode_status_reply(state_->ask("Status", json::object(), {}, repeat::harmless)), {}));
}

void client::lock() {
  state_->ask("Lock", json::object(), {}, repeat::harmless);
}

void client::unlock() {
  state_->ask("Unlock", json::object(), {}, repeat::harmless);
}

provider_check client::check_provider(const std::string& account) {
  json reply = state_->ask("CheckProvider", only("account", account), account, repeat::harmless);
  return to_provider_check(value_of(ipc::decode_provider_check_reply(reply), account));
}

std::map<std::string, std::string> client::user_info(const std::string& account, std::chrono::seconds patience) {
  const json reply = state_->ask("UserInfo", only("account", account), account, {repeat::harmless, patience});
  return value_of(ipc::decode_user_info(reply), account);
}

dpop_proof client::sign_dpop(const std::string& account, const dpop_request& request) {
  const json call = ipc::encode(to_message(account, request));
  auto reply = value_of(ipc::decode_sign_dpop_reply(state_->ask("SignDpop", call, account, repeat::harmless)), account);
  return {std::move(reply.proof), reply.generation};
}

std::vector<api_key> client::list_api_keys(const std::string& account) {
  json reply = state_->ask("ListFastApiKeys", only("account", account), account, repeat::harmless);
  std::vector<api_key> keys;
  for (ipc::fast_api_key_info& each : value_of(ipc::decode_fast_api_keys(reply), account))
    keys.push_back(to_api_key(std::move(each)));
  return keys;
}

created_api_key client::create_api_key(const std::string& account, const api_key_wish& wish, secret_answer answer) {
  ipc::create_fast_api_key_call call{account, to_message(wish), answer == secret_answer::revealed};
  json reply = state_->ask("CreateFastApiKey", ipc::encode(call), account, repeat::harmful);
  const wiper after(reply, "secret");
  auto created = value_of(ipc::decode_create_fast_api_key_reply(reply), account);
  return {to_api_key(std::move(created.key)),
          created.key_secret ? std::string(created.key_secret->reveal()) : std::string()};
}

void client::update_api_key(const std::string& account, const api_key_wish& wish) {
  const ipc::update_fast_api_key_call call{account, to_message(wish)};
  state_->ask("UpdateFastApiKey", ipc::encode(call), account, repeat::harmful);
}

void client::delete_api_key(const std::string& account, const std::string& name) {
  const ipc::delete_fast_api_key_call call{account, name};
  state_->ask("DeleteFastApiKey", ipc::encode(call), account, repeat::harmful);
}

std::string client::call_exchange(const std::string& account, const std::string& key, const std::string& method,
                                  const std::map<std::string, std::string>& fields) {
  json parameters = ipc::encode(ipc::call_exchange_call{account, key, method, std::nullopt});
  if (!fields.empty()) parameters["fields"] = fields;
  const wiper before(parameters, "fields");  // One of them may be a password.
  json reply = state_->ask("CallExchange", parameters, account, repeat::harmful);
  const wiper after(reply, "result");  // It may be a token, as that of GetWebSocketsToken.
  return value_of(ipc::decode_exchange_result(reply), account);
}

}  // namespace latchkey
