// Under with_bare_bus.sh: a bus of its own, on which at first nobody is logind.
#include "daemon/adapters/session_watch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdlib>
#include <optional>
#include <vector>

#include "tests/daemon/session/imitated_logind.h"
#include "tests/support/environment.h"

namespace latchkey {
namespace {

using support::environment_variable;
using support::imitated_logind;
using testing::ElementsAre;
using testing::IsEmpty;

class SessionWatch : public testing::Test {
 protected:
  /// Until so many changes were told, ten seconds at most.
  void until_told(std::size_t count) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (told_.size() < count && std::chrono::steady_clock::now() < until) turn();
  }
  void turn() {
    context_.restart();
    context_.poll();
    logind_->serve(5000);
  }
  /// The watch is listening: it has seen this session of ours change. What a stranger's session did before is past,
  /// too.
  void expect_listening() {
    logind_->signal(logind_->mine, "Unlock");
    until_told(1);
    ASSERT_THAT(told_, ElementsAre(session_state::unlocked));
    told_.clear();
  }
  void begin() {
    watch_.start();
    // Its question for the sessions there are comes after its matches are set.
    for (int turns = 0; turns < 40; ++turns) turn();
  }

  environment_variable system_bus_{"DBUS_SYSTEM_BUS_ADDRESS", std::getenv("DBUS_SESSION_BUS_ADDRESS")};
  boost::asio::io_context context_;
  std::optional<imitated_logind> logind_{std::in_place};
  std::vector<session_state> told_;
  session_watch watch_{context_.get_executor(), [this](session_state now) { told_.push_back(now); }};
};

TEST_F(SessionWatch, HearsTheSessionBeingLockedAndUnlocked) {
  begin();
  expect_listening();
  logind_->signal(logind_->mine, "Lock");
  logind_->signal(logind_->mine, "Unlock");
  until_told(2);
  EXPECT_THAT(told_, ElementsAre(session_state::locked, session_state::unlocked));
}

TEST_F(SessionWatch, BelievesTheDesktopThatSaysItHasLocked) {
  begin();
  expect_listening();
  logind_->set_locked_hint(logind_->mine, true);
  until_told(1);
  logind_->set_locked_hint(logind_->mine, false);
  until_told(2);
  EXPECT_THAT(told_, ElementsAre(session_state::locked, session_state::unlocked));
}

TEST_F(SessionWatch, ASessionThatIsLockedAlreadyIsToldFirst) {
  logind_->mine.locked_hint = 1;
  watch_.start();
  until_told(1);
  EXPECT_THAT(told_, ElementsAre(session_state::locked));
}

TEST_F(SessionWatch, OtherPeoplesSessionsAreNoneOfOurs) {
  logind_->stranger.locked_hint = 1;
  begin();
  EXPECT_THAT(told_, IsEmpty());
  logind_->signal(logind_->stranger, "Lock");
  logind_->set_locked_hint(logind_->stranger, false);
  expect_listening();
}

TEST_F(SessionWatch, WithoutASystemBusNothingHappens) {
  const environment_variable nowhere("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nonexistent/bus");
  watch_.start();
  turn();
  EXPECT_THAT(told_, IsEmpty());
}

}  // namespace
}  // namespace latchkey
