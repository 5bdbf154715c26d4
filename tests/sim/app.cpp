#include "tests/sim/app.h"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/system/system_error.hpp>
#include <functional>
#include <nlohmann/json.hpp>

#include "core/limits.h"
#include "daemon/log.h"
#include "tests/sim/world.h"

namespace latchkey::sim {
namespace {

namespace asio = boost::asio;

// What is answered is looked at in the same moment: a handler of a coroutine's end runs later.
task<> handle(const varlink::method& method, varlink::call call, std::function<void(const varlink::answer&)> look) {
  const varlink::answer reply = co_await method.handle(call);
  look(reply);
}

std::string told(const wish& wanted, const plan& what) {
  std::string text = what.accounts[wanted.account].name;
  if (wanted.min_valid) text += " min_valid " + std::to_string(wanted.min_valid->count());
  if (wanted.stale_generation) text += " stale_generation " + std::to_string(*wanted.stale_generation);
  if (wanted.lease) text += " lease " + std::to_string(wanted.lease->count());
  return text;
}

nlohmann::json parameters_of(const wish& wanted, const plan& what) {
  nlohmann::json parameters{{"account", what.accounts[wanted.account].name}};
  if (wanted.min_valid) parameters["min_valid"] = wanted.min_valid->count();
  if (wanted.stale_generation) parameters["stale_generation"] = *wanted.stale_generation;
  if (wanted.lease) parameters["lease"] = wanted.lease->count();
  return parameters;
}

}  // namespace

// Half of the apps, and only where it makes a difference.
bool app::takes_leases() const {
  return world_.what.accounts[account_].exclusive && number_ % 2 == 0;
}

wish app::choose() {
  seeded_random& random = world_.random;
  wish wanted;
  if (!refused_by_api_) account_ = random.below(world_.what.accounts.size());
  wanted.account = account_;
  if (refused_by_api_) {
    if (takes_leases() && random.chance(500)) wanted.lease = seconds(10);
    wanted.stale_generation = token_->generation;
    wanted.era = token_->era;
    return wanted;
  }
  const seconds lifetime = world_.what.accounts[account_].lifetime;
  const std::array lengths{seconds(0),  seconds(1), seconds(30), seconds(60), lifetime / 2, lifetime - seconds(1),
                           lifetime * 2};
  if (random.chance(500)) wanted.min_valid = random.pick(lengths);
  constexpr std::array leases{seconds(0), seconds(1), seconds(10), seconds(30), seconds(3600)};
  if (takes_leases()) wanted.lease = random.pick(leases);
  return wanted;
}

void app::ask(daemon_life& daemon) {
  if (!waits_) ask(daemon, choose());
}

void app::ask(daemon_life& daemon, wish wanted) {
  world_.told.step([&] { return "app " + std::to_string(number_) + ": wants " + told(wanted, world_.what); });
  world_.eyes.asked(number_, wanted);
  if (wanted.stale_generation) forget_lease();  // It said itself that the token is of no use.
  refused_by_api_ = false;
  answer_.reset();
  error_.clear();
  account_ = wanted.account;
  varlink::call call;
  if (connection_ == 0) daemon.connection_opened(connection_ = ++world_.connections);
  call.connection = connection_;
  call.method = "GetToken";
  call.parameters = parameters_of(wanted, world_.what);
  const varlink::method& method = daemon.method("GetToken");
  if (const auto at_once = method.answer_now(call)) return answered(wanted, *at_once);
  waits_ = true;
  cancellation_ = std::make_shared<asio::cancellation_signal>();
  const auto is_over = [this, number = ++calls_] { return number != calls_ || !waits_; };  // It hung up.
  auto look = [this, wanted, is_over](const varlink::answer& reply) {
    if (is_over()) return;
    waits_ = false;
    answered(wanted, reply);
  };
  auto done = [this, is_over, cancellation = cancellation_](const std::exception_ptr& failed) {
    if (failed && !is_over()) world_.eyes.broken("no bug", "an exception left the handler of GetToken");
  };
  asio::co_spawn(daemon.context(), handle(method, std::move(call), std::move(look)),
                 asio::bind_cancellation_slot(cancellation_->slot(), std::move(done)));
}

void app::answered(const wish& wanted, const varlink::answer& reply) {
  if (reply.error.empty()) return got_token(wanted, reply.parameters);
  error_ = reply.error.substr(reply.error.rfind('.') + 1);
  world_.told.step([&] {
    return "app " + std::to_string(number_) + ": is told " + error_ + ": " + reply.parameters.value("message", "");
  });
  world_.eyes.refused(number_, wanted, reply.error, reply.parameters);
}

void app::got_token(const wish& wanted, const nlohmann::json& reply) {
  held_token got;
  got.access_token = reply.at("access_token").get<std::string>();
  got.generation = reply.at("generation").get<generation_number>();
  got.era = world_.eyes.era(wanted.account);
  world_.told.step([&] {
    return "app " + std::to_string(number_) + ": gets " + got.access_token + ", generation " +
           std::to_string(got.generation);
  });
  const auto* const issued = token_ ? world_.server.find(token_->access_token) : nullptr;
  const bool comparable = issued != nullptr && issued->account == wanted.account && token_->era == got.era;
  wish seen = wanted;
  if (!wanted.stale_generation) seen.era = got.era;
  world_.eyes.handed_out(number_, seen, got, comparable ? token_->generation : 0);
  forget_lease();  // It uses the new one from now on.
  if (const auto lease = reply.find("lease_id"); lease != reply.end() && lease->is_string()) {
    got.lease_id = lease->get<std::string>();
    const moment length = std::min(*wanted.lease, limits::longest_lease);
    const moment until = world_.events.now() + length;
    world_.eyes.lease_given(got.lease_id, got.access_token, until);
  }
  if (got.lease_id.empty() == wanted.lease.has_value())
    world_.eyes.broken("leases", "an app asked for a lease and got none, or got one unasked");
  token_ = got;
  answer_ = std::move(got);
}

void app::use_token() {
  if (!token_ || waits_) return;
  refused_by_api_ = !world_.server.accepts(token_->access_token, world_.events.now());
  if (!refused_by_api_) return;
  account_ = world_.server.find(token_->access_token)->account;
  world_.told.step([&] { return "app " + std::to_string(number_) + ": " + token_->access_token + " gets 401"; });
}

void app::forget_lease() {
  if (!token_) return;
  world_.eyes.lease_ended(token_->lease_id);
  token_->lease_id.clear();
}

void app::release(daemon_life& daemon) {
  if (!token_ || token_->lease_id.empty() || waits_ || connection_ == 0) return;
  world_.told.step([&] { return "app " + std::to_string(number_) + ": releases " + token_->lease_id; });
  varlink::call call;
  call.method = "ReleaseLease";
  call.connection = connection_;
  call.parameters = {{"lease_id", token_->lease_id}};
  forget_lease();
  auto look = [this](const varlink::answer& reply) {
    if (!reply.error.empty()) world_.eyes.broken("leases", "a lease could not be released");
  };
  asio::co_spawn(daemon.context(), handle(daemon.method("ReleaseLease"), std::move(call), std::move(look)),
                 log::report_bug("ReleaseLease"));
}

void app::hang_up(daemon_life& daemon) {
  if (!waits_) return;
  world_.told.step([&] { return "app " + std::to_string(number_) + ": hangs up"; });
  waits_ = false;
  world_.eyes.gone(number_);
  const auto ending = cancellation_;  // The call's end releases it.
  ending->emit(asio::cancellation_type::terminal);
  daemon.run();
  forget_lease();
  daemon.connection_closed(connection_);
  connection_ = 0;
}

void app::cut_off() {
  waits_ = false;
  cancellation_.reset();
  forget_lease();
  connection_ = 0;
}

}  // namespace latchkey::sim
