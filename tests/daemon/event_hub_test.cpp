#include "daemon/event_hub.h"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

namespace latchkey {
namespace {

class EventHubTest : public testing::Test {
 protected:
  task<> read_all(std::shared_ptr<event_hub::watcher> watcher) {
    while (auto event = co_await watcher->next()) seen_.push_back(event->kind);
    ended_ = true;
  }
  void settle() {
    context_.restart();
    context_.poll();
  }
  static ipc::event_info event(const std::string& kind) {
    ipc::event_info made;
    made.kind = kind;
    return made;
  }

  boost::asio::io_context context_;
  event_hub hub_{context_.get_executor()};
  std::vector<std::string> seen_;
  bool ended_ = false;
};

TEST_F(EventHubTest, AWatcherSeesEveryEventInOrder) {
  const auto watcher = hub_.subscribe();
  boost::asio::co_spawn(context_, read_all(watcher), boost::asio::detached);
  settle();
  hub_.publish(event("added"));
  hub_.publish(event("logged_in"));
  settle();
  EXPECT_EQ(seen_, (std::vector<std::string>{"added", "logged_in"}));
  hub_.close();
  settle();
  EXPECT_TRUE(ended_);
  EXPECT_FALSE(watcher->overrun());
}

TEST_F(EventHubTest, I18_AWatcherThatStopsReadingIsDroppedAndHoldsBackNobody) {
  const auto slow = hub_.subscribe();
  const auto quick = hub_.subscribe();
  boost::asio::co_spawn(context_, read_all(quick), boost::asio::detached);
  for (std::size_t i = 0; i <= limits::watch_queue; ++i) {
    hub_.publish(event("refreshed"));
    settle();
  }
  EXPECT_TRUE(slow->overrun());
  EXPECT_EQ(seen_.size(), limits::watch_queue + 1);
}

TEST_F(EventHubTest, AReleasedWatcherIsForgotten) {
  { const auto watcher = hub_.subscribe(); }
  hub_.publish(event("added"));
  EXPECT_FALSE(hub_.has_watchers());
}

}  // namespace
}  // namespace latchkey
