#include "ipc/client_state.h"

#include "ipc/messages.h"

namespace latchkey {
namespace {

using nlohmann::json;

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

void wipe_texts(json& value) {
  if (value.is_string()) wipe(value.get_ref<std::string&>());
  if (value.is_object())
    for (json& each : value) wipe_texts(each);
}

}  // namespace

wiper::~wiper() {
  if (const auto found = object_.find(member_); found != object_.end()) wipe_texts(*found);
}

json only(const char* member, const std::string& value) {
  json parameters = json::object();
  if (!value.empty()) parameters[member] = value;
  return parameters;
}

result<> client::state::connect() {
  auto opened = varlink::connection::open(path);
  if (!opened) return opened.error();
  connection = std::move(*opened);
  return {};
}

result<> client::state::send(std::string_view method, const json& parameters, varlink::call_mode mode) {
  const std::string name = full_name(method);
  if (connection) {
    auto sent = connection->send(name, parameters, mode);
    if (sent || sent.error().code != errc::no_daemon) return sent;
  }
  // The daemon was restarted since the last call. This one has not reached it, so it may be sent again.
  if (auto connected = connect(); !connected) return connected;
  return connection->send(name, parameters, mode);
}

json client::state::ask(std::string_view method, const json& parameters, const std::string& account,
                        const manner& how) {
  if (auto sent = send(method, parameters, varlink::call_mode::once); !sent) fail(sent.error(), account);
  auto reply = connection->receive(how.patience.value_or(patience_for(method)));
  // The daemon ended with the call unanswered, and another may be there by now.
  if (!reply && reply.error().code == errc::no_daemon && how.again == repeat::harmless) {
    connection.reset();
    return ask(method, parameters, account, {repeat::harmful, how.patience});
  }
  return parameters_of(std::move(reply), account);
}

json client::state::parameters_of(result<varlink::reply> reply, const std::string& account) {
  if (!reply) fail(reply.error(), account);
  if (!reply->error.empty()) throw_client_error(ipc::decode_fault(reply->error, *reply->parameters), account);
  return std::move(*reply->parameters);
}

void client::state::stream(std::string_view method, const json& parameters, const std::string& account,
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

void client::state::fail(const fault& why, const std::string& account) {
  connection.reset();
  throw_client_error(why, account);
}

}  // namespace latchkey
