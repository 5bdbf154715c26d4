// What keeps a daemon from ending although nobody is connected.
#include <gtest/gtest.h>

#include "core/limits.h"
#include "daemon/account_book.h"
#include "daemon/upkeep.h"
#include "tests/daemon/account_fixture.h"
#include "tests/daemon/journaled_store_fixture.h"

namespace latchkey {
namespace {

class UpkeepDue : public AccountTest {
 protected:
  [[nodiscard]] std::shared_ptr<account> at_kraken() {
    account_config made = config();
    made.provider = "kraken";
    return std::make_shared<account>(surroundings_, made);
  }
  [[nodiscard]] boot_time in(seconds span) const { return world_.clock.now().boot + span; }

  account_book book_{surroundings_, "/nonexistent"};
  upkeep upkeep_{context_.get_executor(), world_.clock, book_};
};

TEST_F(UpkeepDue, NothingPlannedKeepsNobody) {
  EXPECT_FALSE(upkeep_.due_within(seconds(86400)));
}

TEST_F(UpkeepDue, WhatIsDueInTheSpanKeepsTheDaemon) {
  upkeep_.plan(account_, in(seconds(300)));
  EXPECT_FALSE(upkeep_.due_within(seconds(299)));
  EXPECT_TRUE(upkeep_.due_within(seconds(300)));
}

TEST_F(UpkeepDue, R24_ARefreshTokenThatMayDieBeforeTheTimerKeepsTheDaemon) {
  const auto mortal = at_kraken();
  ASSERT_TRUE(mortal->refresh_token_may_die());
  upkeep_.plan(mortal, in(limits::upkeep_timer + seconds(1)));
  EXPECT_FALSE(upkeep_.due_within(seconds(5)));
  upkeep_.plan(mortal, in(limits::upkeep_timer));
  EXPECT_TRUE(upkeep_.due_within(seconds(5)));
}

TEST_F(UpkeepDue, AnAccountThatIsGoneHasNothingDue) {
  upkeep_.plan(at_kraken(), in(seconds(1)));
  EXPECT_FALSE(upkeep_.due_within(seconds(5)));
}

class Unsaved : public AccountTest {};

TEST_F(Unsaved, R7_ATokenThatNothingCouldTakeKeepsTheDaemon) {
  given_a_grant();
  world_.clock.advance(seconds(3600));
  world_.http.answer(200, token_json(2));
  world_.store.save_fault = fault(errc::internal, "the disk is full");
  ask();
  settle();
  EXPECT_FALSE(account_->busy());
  EXPECT_TRUE(account_->holds_unsaved());
  world_.store.save_fault.reset();
  world_.clock.advance(limits::longest_save_backoff);
  ask();
  settle();
  EXPECT_FALSE(account_->holds_unsaved());
}

class StoreWaits : public JournaledStoreTest {};

TEST_F(StoreWaits, R8_AGrantInTheJournalKeepsTheDaemonUntilTheStoreHasIt) {
  EXPECT_FALSE(life_->store.waits());
  lock();
  save("new", 0);
  EXPECT_FALSE(life_->store.busy());
  EXPECT_TRUE(life_->store.waits());
  mend_store();
  pass(limits::first_locked_retry);
  EXPECT_FALSE(life_->store.waits());
}

}  // namespace
}  // namespace latchkey
