#include "daemon/service.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <csignal>

#include "core/limits.h"
#include "daemon/log.h"
#include "daemon/settings_file.h"

namespace latchkey {
namespace {

namespace asio = boost::asio;

// CLOCK_MONOTONIC, as sd_notify(3) wants it: the manager tells an answer to this reload from one to another.
std::string monotonic_microseconds() {
  const auto since_boot = std::chrono::steady_clock::now().time_since_epoch();
  return std::to_string(std::chrono::duration_cast<std::chrono::microseconds>(since_boot).count());
}

}  // namespace

service::service(asio::io_context& context, process& running, time_source& time, settings chosen,
                 service_surroundings around)
    : context_(context), running_(running), time_(time), chosen_(std::move(chosen)), around_(std::move(around)) {}

task<> service::run() {
  if (around_.watchdog) asio::co_spawn(context_, feed_watchdog(*around_.watchdog), log::report_bug("the watchdog"));
  told_status_ = running_.status();
  running_.on_change = [this] { tell_status(); };
  co_await reload_or_end();
  running_.on_change = nullptr;
  around_.tell_manager("STOPPING=1\nSTATUS=Stopping");
  co_await running_.shut_down();
  context_.stop();
}

// Returns when the daemon is to end.
task<> service::reload_or_end() {
  using namespace asio::experimental::awaitable_operators;
  asio::signal_set signals(context_, SIGTERM, SIGINT, SIGHUP);
  if (chosen_.idle_exit.count() > 0 && !exits_when_idle())
    log::warning(
        "daemon.idle_exit_seconds is set but changes nothing: no socket unit has started this latchkeyd, so "
        "nothing would start it again");
  around_.tell_manager("READY=1\nSTATUS=" + told_status_);
  for (;;) {
    const auto first = co_await (signals.async_wait(asio::use_awaitable) || until_idle());
    if (first.index() == 1 || running_.stopped()) {
      log::info(
          "not used for " + std::to_string(chosen_.idle_exit.count()) + " seconds: stopping until somebody connects",
          {{}, "stop"});
      co_return;
    }
    if (std::get<0>(first) != SIGHUP) {
      log::info("stopping", {{}, "stop"});
      co_return;
    }
    reload();
  }
}

bool service::exits_when_idle() const {
  return chosen_.idle_exit.count() > 0 && around_.start == started_by::socket;
}

task<> service::until_idle() {
  if (exits_when_idle()) co_return co_await running_.until_idle(chosen_.idle_exit, around_.store_waits);
  for (;;) co_await time_.wait_until(time_.now().boot + std::chrono::hours(24));
}

// On the one thread that does all the work: where that is stuck, the manager hears nothing.
task<> service::feed_watchdog(std::chrono::microseconds interval) {
  for (;;) {
    around_.tell_manager("WATCHDOG=1");
    co_await time_.wait_until(time_.now().boot + interval / 2);
  }
}

void service::reload() {
  around_.tell_manager("RELOADING=1\nMONOTONIC_USEC=" + monotonic_microseconds());
  const auto next = read_settings(around_.config_file);
  if (next) {
    take_over(*next);
  } else {
    log::error(next.error().message + " (latchkeyd goes on with the configuration it had)", {{}, "reload"});
  }
  running_.reconfigure(chosen_);
  told_status_ = running_.status();
  around_.tell_manager("READY=1\nSTATUS=" + told_status_ + (next ? "" : "; config.toml is wrong, see the log"));
}

void service::look_at_policy() {
  running_.reload_policy();
  const auto next = read_settings(around_.config_file);
  if (!next || next->unknown == chosen_.unknown) return;  // What else is in it, and what is wrong, waits for a reload.
  chosen_.unknown = next->unknown;
  running_.set_unknown_apps(chosen_.unknown);
  log::info("policy.unknown_apps is \"" + std::string(to_string(chosen_.unknown)) + "\" now", {{}, "policy"});
}

void service::take_over(const settings& next) {
  for (const auto key : changes_that_need_a_restart(chosen_, next))
    log::warning(std::string(key) + " has changed: restart latchkeyd to make it count", {{}, "reload"});
  chosen_.level = next.level;
  chosen_.login_timeout = next.login_timeout;
  chosen_.idle_exit = next.idle_exit;
  chosen_.unknown = next.unknown;
  log::set_level(chosen_.level);
  log::info("configuration read again", {{}, "reload"});
}

void service::tell_status() {
  std::string now = running_.status();
  if (now == told_status_) return;
  told_status_ = std::move(now);
  around_.tell_manager("STATUS=" + told_status_);
}

}  // namespace latchkey
