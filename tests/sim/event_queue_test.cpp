#include "tests/sim/event_queue.h"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <string>

namespace latchkey::sim {
namespace {

TEST(EventQueue, RunsEventsByTheirTimeAndThoseOfOneMomentInTheOrderOfAsking) {
  event_queue events;
  std::string ran;
  events.at(seconds(2), [&](moment) { ran += 'c'; });
  events.at(seconds(1), [&](moment) { ran += 'a'; });
  events.at(seconds(1), [&](moment) { ran += 'b'; });
  while (events.run_next()) ran += std::to_string(events.now() / seconds(1));
  EXPECT_EQ(ran, "a1b1c2");
}

TEST(EventQueue, TellsAnEventThatComesLateAfterASuspendWhenItWasDue) {
  event_queue events;
  moment due{0};
  events.after(seconds(5), [&](moment was_due) { due = was_due; });
  events.suspend(std::chrono::hours(8));
  events.run_next();
  EXPECT_EQ(due, seconds(5));
  EXPECT_EQ(events.now(), std::chrono::hours(8));
}

TEST(EventQueue, LeavesACoroutineAloneThatACrashHasDestroyed) {
  event_queue events;
  {
    boost::asio::io_context context;
    boost::asio::co_spawn(context, wait_until(events, seconds(1)), boost::asio::detached);
    context.poll();
  }
  EXPECT_TRUE(events.run_next());
}

}  // namespace
}  // namespace latchkey::sim
