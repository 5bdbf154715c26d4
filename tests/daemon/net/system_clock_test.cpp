#include "daemon/adapters/system_clock.h"

#include <gmock/gmock.h>

#include <array>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <ctime>

#include "daemon/adapters/system_random.h"
#include "tests/daemon/net/event_loop.h"

namespace latchkey::testing_net {
namespace {

namespace asio = boost::asio;
using std::chrono::milliseconds;
using testing::ElementsAre;

class SystemClock : public testing::Test {
 protected:
  // A wait that notes `name` when its time has come.
  task<> note(boot_time when, int name) {
    co_await clock->wait_until(when);
    EXPECT_GE(clock->now().boot, when);
    woken.push_back(name);
  }
  void start(boot_time when, int name) { asio::co_spawn(io, note(when, name), asio::detached); }

  asio::io_context io;
  std::optional<system_clock> clock{std::in_place, io.get_executor()};
  std::vector<int> woken;
};

TEST_F(SystemClock, ReadsBothClocksTogether) {
  const instant now = clock->now();
  EXPECT_NEAR(static_cast<double>(now.wall.time_since_epoch().count()), static_cast<double>(std::time(nullptr)), 2.0);
  EXPECT_GT(now.boot.time_since_epoch(), std::chrono::nanoseconds(0));
  EXPECT_LE(now.boot, clock->now().boot);
}

TEST_F(SystemClock, WakesInTheOrderOfTimeWhateverTheOrderOfAsking) {
  const boot_time now = clock->now().boot;
  start(now + milliseconds(60), 3);
  start(now + milliseconds(20), 1);
  start(now + milliseconds(40), 2);
  start(now + milliseconds(40), 2);
  io.run_for(patience);
  EXPECT_TRUE(io.stopped()) << "nothing is waited for any more, so the loop ends";
  EXPECT_THAT(woken, ElementsAre(1, 2, 2, 3));
}

TEST_F(SystemClock, R13_WakesAtOnceWhereTheTimeHasPassed) {
  run(io, clock->wait_until(clock->now().boot - std::chrono::hours(8)));
  run(io, clock->wait_until(boot_time()));
}

TEST_F(SystemClock, WaitsAgainAndAgain) {
  const auto thrice = [this]() -> task<> {
    for (int i = 0; i < 3; ++i) co_await note(clock->now().boot + milliseconds(5), i);
  };
  run(io, thrice());
  EXPECT_THAT(woken, ElementsAre(0, 1, 2));
}

TEST_F(SystemClock, ACancelledWaitThrowsAndLeavesTheOthers) {
  asio::cancellation_signal cancel;
  bool aborted = false;
  asio::co_spawn(io, clock->wait_until(clock->now().boot + milliseconds(10)),
                 asio::bind_cancellation_slot(cancel.slot(), [&](std::exception_ptr failure) {
                   try {
                     if (failure) std::rethrow_exception(failure);
                   } catch (const boost::system::system_error& why) {
                     aborted = why.code() == asio::error::operation_aborted;
                   }
                 }));
  start(clock->now().boot + milliseconds(30), 1);
  asio::post(io, [&] { cancel.emit(asio::cancellation_type::terminal); });
  io.run_for(patience);
  EXPECT_TRUE(aborted);
  EXPECT_THAT(woken, ElementsAre(1));
}

TEST_F(SystemClock, ANewWaitAfterAllWereCancelledIsKept) {
  asio::cancellation_signal cancel;
  asio::co_spawn(io, clock->wait_until(clock->now().boot + std::chrono::hours(1)),
                 asio::bind_cancellation_slot(cancel.slot(), asio::detached));
  const auto swap = [&]() -> task<> {
    co_await asio::post(io, asio::use_awaitable);
    cancel.emit(asio::cancellation_type::terminal);
    co_await note(clock->now().boot + milliseconds(5), 1);
  };
  run(io, swap());
  EXPECT_THAT(woken, ElementsAre(1));
}

TEST_F(SystemClock, ItsEndEndsNoWaitBadly) {
  start(clock->now().boot + milliseconds(10), 1);
  asio::post(io, [this] { clock.reset(); });
  EXPECT_NO_THROW(io.poll());
}

TEST(SystemRandom, FillsEveryByteAnewEachTime) {
  system_random random;
  std::array<unsigned char, 1024> first{};
  std::array<unsigned char, 1024> second{};
  random.fill(first);
  random.fill(second);
  EXPECT_NE(first, second);
  EXPECT_GT(std::ranges::count_if(first, [](unsigned char byte) { return byte != 0; }), 900);
}

}  // namespace
}  // namespace latchkey::testing_net
