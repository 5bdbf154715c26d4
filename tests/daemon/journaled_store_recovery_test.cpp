// What an earlier process left, and what comes while something else is under way.
#include "tests/daemon/journaled_store_fixture.h"

namespace latchkey {
namespace {

using testing::HasSubstr;

const fault no_space(errc::internal, "no space left");

TEST_F(JournaledStoreTest, R5_WhatAnEarlierProcessLeftIsHandedOutOnceItIsSafeFromAPowerCut) {
  lock();
  save("new", 0);
  restart_locked();
  journal_.sync_fault = fault(errc::internal, "input/output error");
  const auto found = load();
  ASSERT_FALSE(found);
  EXPECT_THAT(found.error().message, HasSubstr("input/output error"));
  journal_.sync_fault.reset();
  expect_loaded("new", 1);
}

TEST_F(JournaledStoreTest, R5_ThatAnOlderEntryIsSafeSaysNothingOfANewerOne) {
  lock();
  journal_.on_sync = [this, first = true]() mutable -> task<> {
    const bool ends = std::exchange(first, false);
    co_await clock().wait_until(ends ? clock().now().boot + seconds(1) : boot_time::max());
  };
  save("older", 0);
  save("newer", 1);
  pass(seconds(1));
  EXPECT_FALSE(load()) << "it was handed out before it was safe";
}

TEST_F(JournaledStoreTest, R4_AnErasureOfAnEarlierProcessSparesANewerLogin) {
  save(grant_text("old", clock().now().wall, 1), 0);
  lock();
  ASSERT_TRUE(erase());
  const std::string newer = grant_text("newer", clock().now().wall + seconds(60), 1);
  given(newer, 2);
  restart();
  expect_at_rest(newer, 2);
}

// The generation tells, whatever the clocks say: what the store holds is older than what was erased.
TEST_F(JournaledStoreTest, R4_R14_AnErasureAfterTheClockWasSetBackTakesWhatIsOlderThanWhatWaited) {
  const wall_time now = clock().now().wall;
  given(grant_text("old", now, 1), 1);
  lock();
  save(grant_text("newer", now, 2), 0);
  clock().set_wall(now - std::chrono::years(1));
  ASSERT_TRUE(erase());
  mend_store();
  pass(limits::longest_locked_retry);
  EXPECT_TRUE(backing().records.empty()) << "the logout is undone";
}

TEST_F(JournaledStoreTest, R4_AnErasureMadeUpForLaterTakesWhatWasThereBeforeIt) {
  for (const seconds after : {seconds(0), seconds(60)}) {
    life_ = std::make_unique<life>(journal_);
    given(grant_text("old", clock().now().wall, 1), 1);
    pass(after);
    lock();
    ASSERT_TRUE(erase());
    mend_store();
    pass(limits::longest_locked_retry);
    EXPECT_TRUE(backing().records.empty()) << after.count();
  }
}

TEST_F(JournaledStoreTest, R4_AnErasureOfWhatWaitedSparesALoginElsewhere) {
  lock();
  save(grant_text("waits", clock().now().wall, 1), 0);
  ASSERT_TRUE(erase());
  const std::string elsewhere = grant_text("elsewhere", clock().now().wall + seconds(60), 1);
  given(elsewhere, 1);
  mend_store();
  pass(limits::longest_locked_retry);
  expect_at_rest(elsewhere, 1);
}

TEST_F(JournaledStoreTest, R4_R14_AnErasureAfterTheClockWasSetBackTakesTheGrantThatItWasMadeUpon) {
  const wall_time now = clock().now().wall;
  save(grant_text("one", now, 1), 0);
  clock().set_wall(now - std::chrono::years(1));
  lock();
  ASSERT_TRUE(erase());
  mend_store();
  pass(limits::longest_locked_retry);
  EXPECT_TRUE(backing().records.empty()) << "the logout is undone";
}

TEST_F(JournaledStoreTest, R4_AfterAnErasureOfAnEarlierProcessVersionsBeginAnew) {
  lock();
  save(grant_text("one", clock().now().wall, 7), 0);
  ASSERT_TRUE(erase());
  restart_locked();
  expect_loaded("", 0);
  save("two", 0);
  expect_saved(1);
  expect_loaded("two", 1);
}

TEST_F(JournaledStoreTest, ARecordThatAnotherProcessMadeAnewHasItsVersion) {
  given("first", 5);
  expect_loaded("first", 5);
  given("second", 1);
  expect_loaded("second", 1);
}

TEST_F(JournaledStoreTest, R8_AGrantThatIsReadFromTheStoreBringsTheOthersAlong) {
  lock();
  save("one", 0, grant_of("one"));
  mend_store();
  ASSERT_TRUE(load(grant_of("two")));
  EXPECT_TRUE(journal_.entries.empty());
  EXPECT_EQ(backing().records[grant_of("one")].value, secret("one"));
}

TEST_F(JournaledStoreTest, R8_AGrantThatReachesTheStoreBringsTheOthersAlong) {
  lock();
  save("one", 0, grant_of("one"));
  save("two", 0, grant_of("two"));
  mend_store();
  ASSERT_TRUE(load(grant_of("one")));
  EXPECT_TRUE(journal_.entries.empty());
}

TEST_F(JournaledStoreTest, R7_WhatCameDuringATryThatFailsIsTriedAtOnce) {
  break_store({errc::internal, "the disk is full"});
  backing().hold();
  save("older", 0);
  pass(limits::store_patience);
  save("newer", 1);
  EXPECT_EQ(backing().saves, 1);
  backing().release();
  settle();
  EXPECT_EQ(backing().saves, 2);
}

TEST_F(JournaledStoreTest, S7_ASaveWithoutTheJournalDoesNotDropWhatComesMeanwhile) {
  journal_.write_fault = no_space;
  backing().hold();
  save("older", 0);
  journal_.write_fault.reset();
  save("newer", 1);
  backing().release();
  settle();
  EXPECT_TRUE(journal_.entries.empty());
  EXPECT_EQ(backing().records[grant_of("work")].value, secret("newer"));
}

TEST_F(JournaledStoreTest, S7_S11_ASaveWithoutTheJournalThatAnotherProcessOvertookIsRefused) {
  given("first", 1);
  expect_loaded("first", 1);
  const std::string theirs = grant_text("theirs", clock().now().wall + seconds(60), 3);
  given(theirs, 2);
  journal_.write_fault = no_space;
  save(grant_text("ours", clock().now().wall, 2), 1);
  expect_refused(errc::temporarily_unavailable, "saved by somebody else");
  expect_at_rest(theirs, 2);
}

TEST_F(JournaledStoreTest, S8_AnErasureWithoutTheJournalDoesNotDropALoginThatComesMeanwhile) {
  save("one", 0);
  journal_.write_fault = no_space;
  backing().before_erased = [this, first = true]() mutable -> task<> {
    if (!std::exchange(first, false)) co_return;
    journal_.write_fault.reset();
    begin_save("two", 1);
    co_await clock().wait_until(clock().now().boot + seconds(1));
  };
  std::optional<result<>> erased;
  const auto body = [&]() -> task<> { erased = co_await life_->store.erase(grant_of("work")); };
  boost::asio::co_spawn(life_->context, body, boost::asio::detached);
  settle();
  EXPECT_FALSE(erased) << "it waits for the store";
  pass(seconds(1));
  EXPECT_TRUE(journal_.entries.empty());
  EXPECT_EQ(backing().records[grant_of("work")].value, secret("two"));
}

TEST_F(JournaledStoreTest, WhatIsOnItsWayIntoTheStoreStaysInMemoryUntilItIsThere) {
  backing().hold();
  save("new", 0);
  EXPECT_FALSE(life_->store.withhold()) << "its caller waits";
  pass(limits::store_patience);
  expect_saved(1);
  EXPECT_FALSE(life_->store.withhold()) << "the store has it in its hands";
  backing().release();
  settle();
  EXPECT_TRUE(life_->store.withhold());
  expect_at_rest("new", 1);
}

}  // namespace
}  // namespace latchkey
