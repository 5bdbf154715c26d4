#include "tests/sim/person.h"

#include <boost/asio/co_spawn.hpp>
#include <functional>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "daemon/log.h"
#include "tests/sim/world.h"

namespace latchkey::sim {
namespace {

namespace asio = boost::asio;

// What daemon/broker does before and daemon/login_browser after the browser.
task<result<>> exchange(daemon_life& daemon, std::shared_ptr<account> who, std::string code) {
  if (auto ready = co_await who->load(); !ready) co_return ready.error();
  auto server = co_await daemon.providers().resolve(who->config());
  if (!server) co_return server.error();
  account::code_exchange wanted;
  wanted.server = std::move(*server);
  wanted.code = secret(code);
  wanted.redirect_uri = "http://127.0.0.1:40123/callback";
  wanted.asked = who->config().scopes;
  wanted.bound_to = grant_binding(who->config());
  co_return co_await who->finish_login(std::move(wanted));
}

task<> handle(const varlink::method& method, varlink::call call, std::function<void(const varlink::answer&)> look) {
  const varlink::answer reply = co_await method.handle(call);
  look(reply);
}

// The lock closes or opens as soon as the call is taken up.
task<> turn_key(daemon_life& daemon, const char* name, std::function<void()> begins, std::function<void()> ends) {
  varlink::call call;
  call.method = name;
  call.parameters = nlohmann::json::object();
  begins();
  const varlink::answer reply = co_await daemon.method(name).handle(call);
  if (!reply.error.empty()) throw std::logic_error(reply.error);
  ends();
}

}  // namespace

void person::log_in(daemon_life& daemon, std::size_t account) {
  if (waits()) return;
  ++busy_;
  wants_out_.reset();
  const std::string& name = world_.what.accounts[account].name;
  world_.told.step([&] { return "person: logs in to " + name; });
  auto done = [this, name](const std::exception_ptr& failed, const result<>& ended) {
    --busy_;
    if (failed) world_.eyes.broken("no bug", "an exception left a login");
    world_.told.step(
        [&] { return "person: the login of " + name + (ended ? " is done" : " failed: " + ended.error().message); });
  };
  asio::co_spawn(daemon.context(), exchange(daemon, daemon.find(name), world_.server.consent(account)),
                 std::move(done));
}

void person::log_out(daemon_life& daemon, std::size_t account) {
  if (waits()) return;
  ++busy_;
  varlink::call call;
  call.method = "Logout";
  call.parameters = {{"account", world_.what.accounts[account].name}, {"revoke", world_.random.chance(500)}};
  world_.told.step([&] { return "person: logs out of " + world_.what.accounts[account].name; });
  world_.eyes.logout_begins(account);
  auto look = [this, account](const varlink::answer& reply) {
    --busy_;
    const bool over = reply.error.empty();
    world_.eyes.logout_ends(account, over);
    wants_out_ = over ? std::nullopt : std::optional(account);
    world_.told.step([&] { return std::string("person: the logout ") + (over ? "is done" : "failed " + reply.error); });
  };
  asio::co_spawn(daemon.context(), handle(daemon.method("Logout"), std::move(call), std::move(look)),
                 log::report_bug("Logout"));
}

void person::lock(daemon_life& daemon) {
  ++locks_;
  auto begins = [this] {
    world_.told.step([] { return "person: locks"; });
    world_.eyes.locked(daemon_lock::cause::person);
  };
  auto ends = [this, asked = world_.events.now()] {
    --locks_;
    world_.told.step([] { return "person: the lock is done"; });
    world_.eyes.lock_answered(asked);
  };
  asio::co_spawn(daemon.context(), turn_key(daemon, "Lock", std::move(begins), std::move(ends)),
                 log::report_bug("Lock"));
}

void person::unlock(daemon_life& daemon) {
  auto begins = [this] {
    world_.told.step([] { return "person: unlocks"; });
    world_.eyes.unlocked(daemon_lock::cause::person);
  };
  asio::co_spawn(daemon.context(), turn_key(daemon, "Unlock", std::move(begins), [] {}), log::report_bug("Unlock"));
}

}  // namespace latchkey::sim
