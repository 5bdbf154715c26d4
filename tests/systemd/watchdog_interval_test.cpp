#include "daemon/adapters/service_manager.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/support/environment.h"

namespace latchkey {
namespace {

using std::chrono::microseconds;
using support::environment_variable;

TEST(WatchdogInterval, IsWhatTheManagerExpectsOfThisProcess) {
  const environment_variable interval("WATCHDOG_USEC", "3000000");
  const environment_variable whom("WATCHDOG_PID", std::to_string(::getpid()));
  EXPECT_EQ(watchdog_interval(), microseconds(3000000));
}

TEST(WatchdogInterval, CountsForThisProcessWhereNoneIsNamed) {
  const environment_variable interval("WATCHDOG_USEC", "1");
  const environment_variable whom("WATCHDOG_PID", std::nullopt);
  EXPECT_EQ(watchdog_interval(), microseconds(1));
}

TEST(WatchdogInterval, OfAnotherProcessIsNotOurs) {
  const environment_variable interval("WATCHDOG_USEC", "3000000");
  const environment_variable whom("WATCHDOG_PID", "1");
  EXPECT_EQ(watchdog_interval(), std::nullopt);
}

TEST(WatchdogInterval, NonsenseIsNone) {
  const environment_variable whom("WATCHDOG_PID", std::nullopt);
  for (const auto* text : {"", "0", "-5", "soon"}) {
    const environment_variable interval("WATCHDOG_USEC", text);
    EXPECT_EQ(watchdog_interval(), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace latchkey
