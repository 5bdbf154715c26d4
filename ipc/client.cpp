#include "latchkey/client.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "ipc/client_values.h"
#include "ipc/messages.h"
#include "ipc/varlink_connection.h"
#include "os/paths.h"

namespace latchkey {
namespace {

using nlohmann::json;

// The daemon bounds its own request to a provider at 30 s, after a connect of up to 10 s.
constexpr std::chrono::seconds answer_patience{45};
// For what the daemon answers from memory: one that lives does so at once.
constexpr std::chrono::seconds memory_patience{5};
// For what the daemon asks of the provider's API with a token: it may refresh, ask, refresh again after a 401, ask
// again, and take a key back whose secret the store did not take.
constexpr std::chrono::seconds api_patience{240};

std::chrono::seconds patience_for(std::string_view method) {
  if (method == "UserInfo" || method.ends_with("FastApiKey") || method.ends_with("FastApiKeys")) return api_patience;
  return method == "Accounts" || method == "Providers" || method == "Status" ? memory_patience : answer_patience;
}

std::string full_name(std::string_view method) {
  return std::string(ipc::broker_interface) + "." + std::string(method);
}

template <class T>
T value_of(result<T> decoded, const std::string& account) {
  if (!decoded)
    throw_client_error(fault(errc::internal, "the daemon's answer makes no sense: " + decoded.error().message),
                       account);
  return std::move(*decoded);
}

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

void wipe_texts(json& value) {
  if (value.is_string()) wipe(value.get_ref<std::string&>());
  if (value.is_object())
    for (json& each : value) wipe_texts(each);
}

// Takes a secret, or an object of them, out of a message, also where the call fails and throws.
class wiper {
 public:
  wiper(json& object, const char* member) : object_(object), member_(member) {}
  wiper(const wiper&) = delete;
  wiper& operator=(const wiper&) = delete;
  ~wiper() {
    if (const auto found = object_.find(member_); found != object_.end()) wipe_texts(*found);
  }

 private:
  json& object_;
  const char* member_;
};

// Whether a call whose answer was lost may be made again.
enum class repeat { harmless, harmful };

struct manner {
  repeat again;
  std::optional<std::chrono::seconds> patience;  // None: what the method needs.

  manner(repeat whether, std::optional<std::chrono::seconds> how_long = {}) : again(whether), patience(how_long) {}
};

json only(const char* member, const std::string& value) {
  json parameters = json::object();
  if (!value.empty()) parameters[member] = value;
  return parameters;
}

}  // namespace

// Hidden: a member of an exported class is exported, too.
struct __attribute__((visibility("hidden"))) client::state {
  std::string path;
  std::optional<varlink::connection> connection;  // None after a failure that leaves it unclear what comes next on it.

  result<> connect() {
    auto opened = varlink::connection::open(path);
    if (!opened) return opened.error();
    connection = std::move(*opened);
    return {};
  }

  result<> send(std::string_view method, const json& parameters, varlink::call_mode mode) {
    const std::string name = full_name(method);
    if (connection) {
      auto sent = connection->send(name, parameters, mode);
      if (sent || sent.error().code != errc::no_daemon) return sent;
    }
    // The daemon was restarted since the last call. This one has not reached it, so it may be sent again.
    if (auto connected = connect(); !connected) return connected;
    return connection->send(name, parameters, mode);
  }

  // One call and its one answer.
  json ask(std::string_view method, const json& parameters, const std::string& account, const manner& how) {
    if (auto sent = send(method, parameters, varlink::call_mode::once); !sent) fail(sent.error(), account);
    auto reply = connection->receive(how.patience.value_or(patience_for(method)));
    // The daemon ended with the call unanswered, and another may be there by now.
    if (!reply && reply.error().code == errc::no_daemon && how.again == repeat::harmless) {
      connection.reset();
      return ask(method, parameters, account, {repeat::harmful, how.patience});
    }
    return parameters_of(std::move(reply), account);
  }

  json parameters_of(result<varlink::reply> reply, const std::string& account) {
    if (!reply) fail(reply.error(), account);
    if (!reply->error.empty()) throw_client_error(ipc::decode_fault(reply->error, *reply->parameters), account);
    return std::move(*reply->parameters);
  }

  // A call that streams. `take` returns false to hear no more.
  void stream(std::string_view method, const json& parameters, const std::string& account,
              const std::function<bool(const json&)>& take) {
    if (auto sent = send(method, parameters, varlink::call_mode::more); !sent) fail(sent.error(), account);
    try {
      for (bool more = true; more;) {
        auto reply = connection->receive(std::nullopt);
        more = reply && reply->continues;
        if (!take(parameters_of(std::move(reply), account))) return connection.reset();
      }
    } catch (...) {
      connection.reset();  // More replies may come, and belong to no later call; closing also tells the daemon to stop.
      throw;
    }
  }

  [[noreturn]] void fail(const fault& why, const std::string& account) {
    connection.reset();
    throw_client_error(why, account);
  }
};

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
  json reply = state_->ask("GetToken", ipc::encode(call), account, repeat::harmless);
  token value = to_token(value_of(ipc::decode_get_token_reply(reply), account));
  wipe(reply["access_token"].get_ref<std::string&>());
  return value;
}

void client::release_lease(const std::string& lease_id) {
  state_->ask("ReleaseLease", only("lease_id", lease_id), {}, repeat::harmless);
}

void client::login(const std::string& account, login_flow flow, const std::vector<std::string>& scopes,
                   const std::function<void(const login_step&)>& on_step) {
  ipc::login_call call;
  call.account = account;
  call.flow = name_of(flow);
  if (!scopes.empty()) call.scopes = scopes;
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
