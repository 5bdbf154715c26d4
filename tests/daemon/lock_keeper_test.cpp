#include "daemon/lock_keeper.h"

#include <gtest/gtest.h>

#include "daemon/account_book.h"
#include "tests/daemon/account_fixture.h"
#include "tests/support/temporary_folder.h"

namespace latchkey {
namespace {

// It holds something in memory for as long as the test says.
class holding_store : public support::memory_store {
 public:
  using memory_store::memory_store;
  bool withhold() override { return !holds; }
  void resume() override { ++resumed; }
  bool holds = false;
  int resumed = 0;
};

class LockKeeperTest : public AccountTest {
 protected:
  LockKeeperTest() {
    account_ = book_.add(config()).value();
    stored_record& record = store_.records[grant_id()];
    record.value = encode_grant(granted(1, world_.clock.now().wall));
    record.version = 1;
  }

  void lock() {
    keeper_.close(daemon_lock::cause::person);
    boost::asio::co_spawn(context_, wait_until_empty(), boost::asio::detached);
    settle();
  }
  task<> wait_until_empty() {
    co_await keeper_.emptied();
    ++emptied_;
  }
  void unlock() {
    keeper_.open(daemon_lock::cause::person);
    settle();
  }
  void pass(seconds time) {
    world_.clock.advance(time);
    settle();
  }
  void begin_refresh() {
    world_.http.hold();
    token_wanted wanted;
    wanted.stale_generation = 1;
    ask(std::move(wanted));
    settle();
    ASSERT_EQ(world_.http.sent(), 1U);
  }
  void end_refresh() {
    world_.http.answer(200, token_json(2));
    world_.http.release();
    settle();
  }

  support::temporary_folder folder_;
  holding_store store_{context_.get_executor()};
  account_surroundings around_{surroundings_with(store_)};
  account_book book_{around_, folder_.path()};
  lock_keeper keeper_{around_, book_, [] {}};
  int emptied_ = 0;
};

TEST_F(LockKeeperTest, WhatTheStoreHoldsIsWaitedForAndComesBackAfterwards) {
  store_.holds = true;
  lock();
  pass(seconds(1));
  EXPECT_EQ(emptied_, 0);
  EXPECT_NE(keeper_.trouble(), "");
  store_.holds = false;
  pass(seconds(1));
  EXPECT_EQ(emptied_, 1);
  EXPECT_EQ(keeper_.trouble(), "");
  EXPECT_EQ(store_.resumed, 0);
  unlock();
  EXPECT_EQ(store_.resumed, 1);
}

TEST_F(LockKeeperTest, ASecondLockEmptiesMemoryAsTheFirst) {
  lock();
  unlock();
  ask();
  settle();
  ASSERT_EQ(account_->current().access_token, secret("access-1"));
  lock();
  EXPECT_EQ(emptied_, 2);
  EXPECT_TRUE(account_->current().access_token.empty());
}

TEST_F(LockKeeperTest, ASecondLockWaitsForWhatIsUnderWayAsTheFirst) {
  lock();
  unlock();
  begin_refresh();
  lock();
  EXPECT_EQ(emptied_, 1);
  EXPECT_NE(keeper_.trouble(), "");
  end_refresh();
  pass(seconds(1));
  EXPECT_EQ(emptied_, 2);
}

TEST_F(LockKeeperTest, WhoWaitsForTheLockDoesNotWaitOnOnceItIsUnlocked) {
  EXPECT_EQ(keeper_.trouble(), "");
  begin_refresh();
  lock();
  EXPECT_EQ(emptied_, 0);
  unlock();
  EXPECT_EQ(emptied_, 1);
  EXPECT_EQ(keeper_.trouble(), "") << "it is not locked";
  end_refresh();
}

TEST_F(LockKeeperTest, LockedTwiceItIsLockedSinceTheFirst) {
  lock();
  const auto since = around_.lock.since;
  pass(seconds(10));
  lock();
  EXPECT_EQ(around_.lock.since, since);
}

}  // namespace
}  // namespace latchkey
