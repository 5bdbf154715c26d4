#include "tests/ipc/fake_broker.h"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <memory>
#include <utility>

#include "ipc/interface_files.h"
#include "tests/ipc/fake_broker_api.h"
#include "tests/ipc/varlink_idl.h"

namespace latchkey::support {
namespace {

using boost::asio::awaitable;
using nlohmann::json;
using varlink::answer;
using varlink::call;

answer reply(json parameters) {
  return {{}, std::move(parameters)};
}

answer failed(const fault& why) {
  json encoded = ipc::encode_fault(why);
  return {encoded["error"].get<std::string>(), encoded["parameters"]};
}

answer refused(const fault& why) {
  return varlink::invalid_parameter(std::string_view(why.message).substr(0, why.message.find(':')));
}

ipc::account_info work_account() {
  ipc::account_info account;
  account.name = "work";
  account.provider = "example";
  account.client_id = "client-1";
  account.scopes = {"read", "write"};
  account.redirect_uri = "http://127.0.0.1/callback";
  account.state = "fresh";
  account.generation = 3;
  account.granted_scopes = {"read"};
  account.expires_at = 1'900'000'000;
  account.has_refresh_token = true;
  account.next_action = "refresh";
  account.next_action_at = 1'899'999'000;
  account.last_used_at = 1'899'990'000;
  account.last_used_by = "/usr/bin/git (process 42)";
  account.subject = "24400320";
  return account;
}

answer token_of(const ipc::get_token_call& wanted) {
  if (wanted.account == "locked") return failed({errc::store_locked, "the keyring is locked"});
  if (wanted.account == "broken") return failed({errc::provider_error, "the provider answered 400", "invalid_client"});
  if (wanted.account == "narrow") {
    fault why(errc::login_required, "the grant lacks a scope");
    why.missing_scopes = {"write"};
    return failed(why);
  }
  if (wanted.account == "offline") {
    fault why(errc::temporarily_unavailable, "the provider cannot be reached");
    why.retry_after = std::chrono::seconds(17);
    return failed(why);
  }
  if (wanted.account != "work") return failed({errc::no_such_account, "there is no account of this name"});
  ipc::get_token_reply token;
  token.access_token = secret("access-token-of-work");
  token.token_type = "Bearer";
  token.expires_at = 1'900'000'000 + wanted.min_valid.value_or(0);
  token.scopes = wanted.scopes.value_or(std::vector<std::string>{"read"});
  token.generation = wanted.stale_generation.value_or(2) + 1;
  return reply(ipc::encode(token));
}

struct counted {
  std::atomic<int>& count;
  explicit counted(std::atomic<int>& what) : count(what) { ++count; }
  counted(const counted&) = delete;
  counted& operator=(const counted&) = delete;
  ~counted() { --count; }
};

awaitable<void> until_cancelled() {
  boost::asio::steady_timer forever(co_await boost::asio::this_coro::executor);
  forever.expires_at(boost::asio::steady_timer::time_point::max());
  co_await forever.async_wait(boost::asio::use_awaitable);
}

awaitable<answer> get_token(call& request, fake_broker_log&) {
  const auto wanted = ipc::decode_get_token_call(request.parameters);
  co_return wanted ? token_of(*wanted) : refused(wanted.error());
}

awaitable<answer> login(call& request, fake_broker_log& log) {
  const auto wanted = ipc::decode_login_call(request.parameters);
  if (!wanted) co_return refused(wanted.error());
  ipc::login_step step;
  step.state = wanted->flow == "browser" ? "browser_opened" : "open_url";
  step.url = "https://example.com/authorize";
  co_await request.continue_with(ipc::encode(step));
  if (wanted->account == "denied")
    co_return failed({errc::login_failed, "the provider refused the login", "access_denied"});
  if (wanted->account == "patient") {
    const counted waiting(log.logins);
    co_await until_cancelled();
  }
  if (wanted->account == "anothers" && !wanted->accept_other_user.value_or(false))
    co_return failed({errc::other_user, "the grant is another user's"});
  ipc::login_step done;
  done.state = "done";
  done.account = work_account();
  co_return reply(ipc::encode(done));
}

awaitable<answer> watch(call& request, fake_broker_log& log) {
  const auto wanted = ipc::decode_optional("account", request.parameters);
  if (!wanted) co_return refused(wanted.error());
  const counted watching(log.watching);
  for (const char* kind : {"state", "refreshed"}) {
    const ipc::event_info event{kind, work_account()};
    co_await request.continue_with(ipc::encode(event));
  }
  co_await until_cancelled();
  co_return answer();
}

awaitable<answer> accounts(call& request, fake_broker_log&) {
  const auto read = ipc::decode_nothing(request.parameters);
  co_return read ? reply(ipc::encode_accounts({work_account()})) : refused(read.error());
}

awaitable<answer> add_account(call& request, fake_broker_log& log) {
  auto wanted = ipc::decode_new_account(request.parameters);
  if (!wanted) co_return refused(wanted.error());
  const std::lock_guard lock(log.mutex);
  log.added = std::move(*wanted);
  co_return answer();
}

awaitable<answer> remove_account(call& request, fake_broker_log&) {
  const auto name = ipc::decode_account_name(request.parameters);
  if (!name) co_return refused(name.error());
  co_return *name == "work" ? answer() : failed({errc::no_such_account, "there is no account of this name"});
}

awaitable<answer> logout(call& request, fake_broker_log&) {
  const auto wanted = ipc::decode_logout_call(request.parameters);
  if (!wanted) co_return refused(wanted.error());
  ipc::logout_reply done;
  done.revoked = wanted->revoke;
  if (!wanted->revoke) done.note = "the grant was not revoked";
  co_return reply(ipc::encode(done));
}

awaitable<answer> providers(call& request, fake_broker_log&) {
  const auto name = ipc::decode_optional("name", request.parameters);
  if (!name) co_return refused(name.error());
  ipc::provider_info provider;
  provider.name = name->value_or("example");
  provider.display_name = "Example";
  provider.account_page = "https://example.com/account";
  provider.scopes = {{"read", "Details", "Read it", "read"}};
  if (*name != "other") {  // An older daemon says nothing of these.
    provider.scopes_complete = true;
    provider.empty_scope = "all_registered";
  }
  co_return reply(ipc::encode_providers({provider}));
}

awaitable<answer> check_provider(call& request, fake_broker_log&) {
  const auto name = ipc::decode_account_name(request.parameters);
  if (!name) co_return refused(name.error());
  if (*name != "work") co_return failed({errc::no_such_account, "there is no account of this name"});
  ipc::provider_check_reply found;
  found.endpoint = "https://example.com/token";
  found.reachable = true;
  found.message = "it has trouble of its own";
  found.clock_skew = -42;
  co_return reply(ipc::encode(found));
}

awaitable<answer> status(call& request, fake_broker_log& log) {
  const auto read = ipc::decode_nothing(request.parameters);
  if (!read) co_return refused(read.error());
  ipc::status_reply now;
  now.version = "1.2.3";
  now.pid = 42;
  now.store = "file";
  now.warnings = {"a warning"};
  now.accounts = {work_account()};
  now.locked = log.locked.load();
  if (log.locked) now.locked_since = 1'700'000'000;
  co_return reply(ipc::encode(now));
}

awaitable<answer> lock(call& request, fake_broker_log& log) {
  const auto read = ipc::decode_nothing(request.parameters);
  if (!read) co_return refused(read.error());
  log.locked = request.method == "Lock";
  co_return answer();
}

void note(fake_broker_log& log, const std::string& where, const std::string& mismatch) {
  if (mismatch.empty()) return;
  const std::lock_guard lock(log.mutex);
  log.mismatches += where + ": " + mismatch + "\n";
}

awaitable<answer> checked(fake_broker_handler handle, call& request, fake_broker_log& log,
                          std::shared_ptr<const idl_interface> declared) {
  const std::string name = request.method;
  const idl_method& types = declared->methods.at(name);
  const auto send = request.continue_with;
  request.continue_with = [&](json parameters) {
    note(log, name + " reply", declared->mismatch(parameters, types.reply, fill::some));
    return send(std::move(parameters));
  };
  const std::string mismatch = declared->mismatch(request.parameters, types.call, fill::some);
  answer given = co_await handle(request, log);
  if (!given.error.starts_with("org.varlink.service.")) note(log, name + " call", mismatch);
  if (given.error.empty()) note(log, name + " reply", declared->mismatch(given.parameters, types.reply, fill::some));
  co_return given;
}

}  // namespace

varlink::interface fake_broker(fake_broker_log& log) {
  const auto declared = std::make_shared<const idl_interface>(parse_idl(broker_interface_text()));
  varlink::interface offered {
    std::string(ipc::broker_interface), std::string(broker_interface_text()), {}
  };
  const auto add = [&](const std::string& name, fake_broker_handler handle, bool streams = false) {
    varlink::method added;
    added.handle = [=, &log](call& request) { return checked(handle, request, log, declared); };
    added.streams = streams;
    offered.methods[name] = added;
  };
  add("GetToken", get_token);
  add("Login", login, true);
  add("Watch", watch, true);
  add("Accounts", accounts);
  add("AddAccount", add_account);
  add("RemoveAccount", remove_account);
  add("Logout", logout);
  add("Providers", providers);
  add("CheckProvider", check_provider);
  add("Status", status);
  add("Lock", lock);
  add("Unlock", lock);
  for (const auto& [name, handle] : fake_broker_api()) add(name, handle);
  return offered;
}

}  // namespace latchkey::support
