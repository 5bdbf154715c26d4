#include "tests/sim/daemon_life.h"

#include "core/limits.h"
#include "tests/sim/world.h"

namespace latchkey::sim {
namespace {

constexpr boot_time booted_at{std::chrono::hours(1)};
constexpr std::chrono::sys_seconds began_at{seconds(1'800'000'000)};

}  // namespace

instant machine_clock::now() const {
  const moment now = world_.events.now();
  return {booted_at + now, std::chrono::floor<seconds>(began_at + now + world_.wall_skew)};
}

task<> machine_clock::wait_until(boot_time when) {
  co_await sim::wait_until(world_.events, when - booted_at);
}

daemon_life::daemon_life(world& around, const std::filesystem::path& config)
    : http_(around),
      store_(around),
      clock_(around),
      ports_{http_, store_, browser_, listeners_, clock_, around.random},
      providers_(http_, config / "providers"),
      events_(context_.get_executor()),
      surroundings_{context_.get_executor(), ports_, providers_,
                    [this](const account& who, std::string_view kind) { broker_.announce(who, kind); }},
      accounts_(surroundings_, config / "accounts"),
      broker_(surroundings_, accounts_, events_, limits::login_timeout),
      interface_(broker_.interface()) {}

void daemon_life::run() {
  context_.restart();
  context_.poll();
}

}  // namespace latchkey::sim
