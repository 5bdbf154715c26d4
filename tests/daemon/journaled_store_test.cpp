#include "tests/daemon/journaled_store_fixture.h"

namespace latchkey {
namespace {

using testing::HasSubstr;

TEST_F(JournaledStoreTest, ASaveReachesTheStoreAndLeavesNothingInTheJournal) {
  given("first", 5);
  expect_loaded("first", 5);
  save("second", 5);
  expect_saved(6);
  expect_at_rest("second", 6);
  expect_loaded("second", 6);
}

TEST_F(JournaledStoreTest, R5_TheGrantIsInTheJournalBeforeAnythingIsWaitedFor) {
  journal_.on_sync = [this]() -> task<> { co_await clock().wait_until(boot_time::max()); };
  backing().hold();
  save("received", 0);
  EXPECT_FALSE(saved_);
  restart();
  backing().hold();
  expect_loaded("received", 1);
}

TEST_F(JournaledStoreTest, R5_R6_AKillAtAnyStepOfASaveLosesNothing) {
  bool finished = false;
  for (int steps = 0; !finished; ++steps) {
    ASSERT_LT(steps, 100);
    life_ = std::make_unique<life>(journal_);
    journal_.entries.clear();
    given("old", 3);
    begin_save("new", 3);
    for (int i = 0; i < steps; ++i) life_->context.poll_one();
    finished = saved_.has_value() && journal_.entries.empty();
    restart();
    expect_loaded(steps == 0 ? "old" : "new", steps == 0 ? 3 : 4);
    if (steps > 0) expect_at_rest("new", 4);
  }
}

TEST_F(JournaledStoreTest, R7_AStoreThatFailsIsTriedAgainUntilItWorks) {
  given("old", 1);
  break_store({errc::internal, "the disk is full"});
  save("new", 1);
  expect_saved(2);
  int tries = backing().saves;
  for (const int pause : {1, 2, 4, 8, 16, 32, 60, 60}) {
    pass(seconds(pause) - seconds(1));
    EXPECT_EQ(backing().saves, tries) << pause;
    pass(seconds(1));
    EXPECT_EQ(backing().saves, ++tries) << pause;
  }
  expect_loaded("new", 2);
  mend_store();
  pass(seconds(60));
  expect_at_rest("new", 2);
  expect_loaded("new", 2);
}

TEST_F(JournaledStoreTest, R8_S14_ALockedKeyringIsNotAskedAgainSoon) {
  lock();
  save("new", 0);
  expect_saved(1);
  EXPECT_EQ(backing().saves, 1);
  pass(limits::first_locked_retry - seconds(1));
  EXPECT_EQ(backing().saves, 1);
  pass(seconds(1));
  EXPECT_EQ(backing().saves, 2);
  pass(2 * limits::first_locked_retry - seconds(1));
  EXPECT_EQ(backing().saves, 2);
  for (int i = 0; i < 20; ++i) pass(limits::longest_locked_retry);
  mend_store();
  pass(limits::longest_locked_retry);
  expect_at_rest("new", 1);
}

TEST_F(JournaledStoreTest, R8_UseOfTheRecordTriesALockedKeyringAtOnce) {
  lock();
  save("new", 0);
  mend_store();
  expect_loaded("new", 1);
  expect_at_rest("new", 1);
}

TEST_F(JournaledStoreTest, R8_TheFirstRecordThatAnUnlockedKeyringTakesBringsTheOthersAlong) {
  lock();
  save("one", 0, grant_of("one"));
  save("two", 0, grant_of("two"));
  mend_store();
  ASSERT_TRUE(load({"work", record_kind::client_secret}));
  EXPECT_TRUE(journal_.entries.empty());
  EXPECT_EQ(backing().records[grant_of("one")].value, secret("one"));
  EXPECT_EQ(backing().records[grant_of("two")].value, secret("two"));
}

TEST_F(JournaledStoreTest, R9_ASlowStoreIsWaitedForNoLongerThanItsPatience) {
  backing().hold();
  save("new", 0);
  EXPECT_FALSE(saved_);
  EXPECT_TRUE(life_->store.busy());
  pass(limits::store_patience);
  expect_saved(1);
  EXPECT_FALSE(life_->store.busy());
  expect_loaded("new", 1);
  backing().release();
  settle();
  expect_at_rest("new", 1);
}

TEST_F(JournaledStoreTest, ANewerSaveReplacesOneThatWaitsAndVersionsRunOn) {
  given("old", 5);
  expect_loaded("old", 5);
  lock();
  save("six", 5);
  save("seven", 6);
  save("eight", 7);
  expect_saved(8);
  EXPECT_EQ(journal_.entries[grant_of("work")].size(), 1U);
  mend_store();
  pass(limits::longest_locked_retry);
  expect_at_rest("eight", 6);
  expect_loaded("eight", 8);
  save("nine", 8);
  expect_saved(9);
  expect_at_rest("nine", 7);
  restart();
  expect_loaded("nine", 7);
}

TEST_F(JournaledStoreTest, ANewerSaveIsNotLostToTheOlderOneUnderWay) {
  backing().hold();
  save("older", 0);
  pass(limits::store_patience);
  save("newer", 1);
  EXPECT_FALSE(saved_);
  backing().release();
  settle();
  expect_saved(2);
  expect_at_rest("newer", 2);
}

TEST_F(JournaledStoreTest, ALoadThatASaveOvertookAnswersWithWhatWasSaved) {
  given("old", 1);
  backing().before_loaded = [this, first = true]() mutable -> task<> {
    if (!std::exchange(first, false)) co_return;
    begin_save("new", 1);
    co_await clock().wait_until(clock().now().boot + seconds(1));
  };
  std::optional<result<stored_record>> found;
  const auto body = [&]() -> task<> { found = co_await life_->store.load(grant_of("work")); };
  boost::asio::co_spawn(life_->context, body, boost::asio::detached);
  settle();
  expect_saved(2);
  EXPECT_FALSE(found);
  pass(seconds(1));
  ASSERT_TRUE(found && *found);
  EXPECT_EQ((*found)->value, secret("new"));
  EXPECT_EQ((*found)->version, 2U);
}

TEST_F(JournaledStoreTest, WhatCameLastCountsWhateverVersionItWasMadeUpon) {
  lock();
  save("first", 0);
  expect_saved(1);
  save("last", 0);
  expect_saved(2);
  expect_loaded("last", 2);
}

TEST_F(JournaledStoreTest, S11_ANewerTokenInTheJournalReplacesTheOneInTheStore) {
  lock();
  save(grant_text("newer", clock().now().wall, 2), 3);
  given(grant_text("older", clock().now().wall - seconds(60), 1), 4);
  restart();
  expect_at_rest(grant_text("newer", clock().now().wall, 2), 5);
}

TEST_F(JournaledStoreTest, S11_ANewerTokenInTheStoreIsKeptAndTheJournalsDropped) {
  lock();
  save(grant_text("older", clock().now().wall, 2), 3);
  const std::string newer = grant_text("newer", clock().now().wall + seconds(60), 2);
  given(newer, 4);
  restart();
  expect_at_rest(newer, 4);
  const auto found = load();
  ASSERT_TRUE(found);
  EXPECT_EQ(found->value, secret(newer));
  EXPECT_GT(found->version, 4U) << "who held the dropped one (version 4) sees that there is another";
}

TEST_F(JournaledStoreTest, S11_WhatTheStoreHoldsAlreadyIsNotSavedAgain) {
  lock();
  save("value", 3);
  given("value", 9);
  restart();
  expect_at_rest("value", 9);
}

TEST_F(JournaledStoreTest, S11_ASaveThatAnotherProcessOvertookIsRefused) {
  given("first", 1);
  expect_loaded("first", 1);
  const std::string theirs = grant_text("theirs", clock().now().wall + seconds(60), 3);
  given(theirs, 2);
  save(grant_text("ours", clock().now().wall, 2), 1);
  expect_refused(errc::temporarily_unavailable, "saved by somebody else");
  expect_at_rest(theirs, 2);
  const auto found = load();
  ASSERT_TRUE(found);
  EXPECT_GT(found->version, 2U);
}

TEST_F(JournaledStoreTest, R14_AWallClockSetBackDoesNotMakeANewGrantOld) {
  const wall_time now = clock().now().wall;
  given(grant_text("before", now, 1), 1);
  ASSERT_TRUE(load());
  lock();
  const std::string after = grant_text("after", now - std::chrono::years(1), 2);
  save(after, 1);
  restart();
  expect_at_rest(after, 2);
}

TEST_F(JournaledStoreTest, R7_AnEntryThatCannotBeReadIsAFaultNotAnOlderToken) {
  given("old", 1);
  ASSERT_TRUE(journal_.write(grant_of("work"), secret("latchkey-journal-2 nonsense")));
  restart();
  const auto found = load();
  ASSERT_FALSE(found);
  EXPECT_THAT(found.error().message, HasSubstr("newer Latchkey"));
  // What a login brings is kept all the same, and then counts.
  save("new", 1);
  expect_saved(2);
  expect_at_rest("new", 2);
}

TEST_F(JournaledStoreTest, S14_DescriptionSaysHowMuchWaitsAndWhy) {
  EXPECT_EQ(life_->store.backend(), "file");
  EXPECT_EQ(life_->store.description(), "in memory, for a test");
  lock();
  save("new", 0, grant_of("one"));
  EXPECT_EQ(life_->store.description(),
            "in memory, for a test; 1 change waits in the encrypted journal for the store, since 2027-01-15 08:00 UTC: "
            "the keyring is locked");
  EXPECT_TRUE(life_->store.trouble().starts_with("1 change waits"));
  save("new", 0, grant_of("two"));
  EXPECT_THAT(life_->store.description(), HasSubstr("2 changes wait"));
  mend_store();
  pass(limits::longest_locked_retry);
  EXPECT_EQ(life_->store.description(), "in memory, for a test");
  EXPECT_EQ(life_->store.trouble(), "");
  backing().hold();
  save("newer", 1, grant_of("one"));
  EXPECT_EQ(life_->store.description(), "in memory, for a test") << "no more than a save under way";
  pass(limits::store_patience);
  EXPECT_THAT(life_->store.description(), HasSubstr("1 change waits"));
  EXPECT_THAT(life_->store.description(), HasSubstr("the store has not answered yet"));
}

TEST_F(JournaledStoreTest, AClientSecretGoesStraightToTheStore) {
  const record_id id{"work", record_kind::client_secret};
  lock();
  save("client secret", 0, id);
  expect_refused(errc::store_locked, "locked");
  mend_store();
  save("client secret", 0, id);
  expect_saved(1);
  EXPECT_TRUE(journal_.entries.empty());
  EXPECT_TRUE(erase(id));
}

TEST_F(JournaledStoreTest, WhatWaitsLeavesMemoryWithALockAndIsCarriedOverAfterwards) {
  given("old", 1);
  lock();
  save("new", 1);
  pass(limits::store_patience);
  expect_saved(2);
  EXPECT_TRUE(life_->store.withhold());
  settle();
  EXPECT_EQ(life_->store.trouble(), "") << "it is held in memory still";
  ASSERT_EQ(journal_.entries.size(), 1U);
  mend_store();
  life_->store.resume();
  settle();
  expect_at_rest("new", 2);
}

}  // namespace
}  // namespace latchkey
