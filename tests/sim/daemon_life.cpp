#include "tests/sim/daemon_life.h"

#include <boost/asio/co_spawn.hpp>

#include "core/limits.h"
#include "daemon/log.h"
#include "tests/sim/config_folder.h"
#include "tests/sim/world.h"

namespace latchkey::sim {
namespace {

constexpr boot_time booted_at{std::chrono::hours(1)};
constexpr std::chrono::sys_seconds began_at{seconds(1'800'000'000)};

}  // namespace

instant machine_clock::now() const {
  const moment now = world_.events.now();
  return {booted_at + now - world_.booted, std::chrono::floor<seconds>(began_at + now + world_.wall_skew)};
}

std::string machine_clock::boot_id() const {
  return "boot-" + std::to_string(world_.booted.count());
}

void notice_board::login_required(const std::string& account, const std::string& reason) {
  world_.told.step([&] { return "notification: " + account + ": " + reason; });
  world_.eyes.log_line(reason);
}

task<> machine_clock::wait_until(boot_time when) {
  co_await sim::wait_until(world_.events, when - booted_at + world_.booted);
}

daemon_life::daemon_life(world& around, const std::filesystem::path& config)
    : eyes_(around.eyes),
      http_(around),
      disk_(around),
      journal_(around),
      clock_(around),
      notices_(around),
      journaled_(context_.get_executor(), disk_, journal_, clock_),
      store_(around, journaled_),
      ports_{http_, store_, browser_, listeners_, clock_, around.random, notices_},
      providers_(http_, config / "providers"),
      events_(context_.get_executor()),
      surroundings_{context_.get_executor(), ports_, providers_,
                    [this](const account& who, std::string_view kind) { broker_.announce(who, kind); },
                    [this](const std::shared_ptr<account>& who, boot_time when) { upkeep_.plan(who, when); }},
      accounts_(surroundings_, config / "accounts"),
      gate_(context_.get_executor(), ports_, {config / "policy.toml", {}}, unknown_apps::ask),
      broker_(surroundings_, accounts_, events_, gate_, limits::login_timeout),
      upkeep_(context_.get_executor(), clock_, accounts_),
      interface_(broker_.interface()) {
  journaled_.replay();
  boost::asio::co_spawn(context_, upkeep_.run(), log::report_bug("upkeep"));
}

void daemon_life::connection_opened(varlink::connection_number which) {
  peer_app who;
  who.app = simulated_app;
  who.program = std::make_shared<const std::string>(simulated_app);
  broker_.connection_opened(which, std::move(who));
}

void daemon_life::run() {
  context_.restart();
  context_.poll();
  eyes_.step_is_over();
}

}  // namespace latchkey::sim
