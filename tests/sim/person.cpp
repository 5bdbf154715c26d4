#include "tests/sim/person.h"

#include <boost/asio/co_spawn.hpp>
#include <functional>
#include <nlohmann/json.hpp>

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

}  // namespace latchkey::sim
