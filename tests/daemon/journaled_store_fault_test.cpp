#include "tests/daemon/journaled_store_fixture.h"

namespace latchkey {
namespace {

using testing::HasSubstr;

TEST_F(JournaledStoreTest, S7_WhereTheJournalCannotBeWrittenTheStoreStillTakesIt) {
  journal_.write_fault = fault(errc::internal, "no space left");
  save("new", 0);
  expect_saved(1);
  expect_at_rest("new", 1);
}

TEST_F(JournaledStoreTest, S7_WhereNeitherCanTakeItTheSaveFailsAndCanBeRepeated) {
  given("old", 1);
  journal_.write_fault = fault(errc::internal, "no space left");
  lock();
  save("new", 1);
  expect_refused(errc::store_locked, "the keyring is locked; nor could the journal: no space left");
  EXPECT_TRUE(journal_.entries.empty());
  mend_store();
  expect_loaded("old", 1);
  save("new", 1);
  expect_saved(2);
  expect_at_rest("new", 2);
}

TEST_F(JournaledStoreTest, S7_AnOlderEntryWaitsOnWhereTheNewerGrantGoesNowhere) {
  lock();
  save("older", 0);
  journal_.write_fault = fault(errc::internal, "no space left");
  save("newer", 1);
  expect_refused(errc::store_locked, "locked");
  expect_loaded("older", 1);
  mend_store();
  save("newer", 1);
  expect_saved(2);
  expect_at_rest("newer", 1);
  expect_loaded("newer", 2);
}

TEST_F(JournaledStoreTest, S7_AJournalThatCannotBeSyncedIsGoodEnoughWithTheStoreAlone) {
  journal_.sync_fault = fault(errc::internal, "input/output error");
  save("one", 0);
  expect_saved(1);
  expect_at_rest("one", 1);
  lock();
  save("two", 1);
  expect_refused(errc::store_locked, "nor could the journal: input/output error");
  save("two", 1);
  expect_refused(errc::store_locked, "nor could the journal");
  journal_.sync_fault.reset();
  save("three", 1);
  expect_saved(2);
  mend_store();
  pass(limits::longest_locked_retry);
  expect_at_rest("three", 2);
}

TEST_F(JournaledStoreTest, S10_AJournalThatCannotBeReadIsAFaultUntilItCan) {
  given("old", 1);
  journal_.read_fault = fault(errc::store_locked, "another key");
  const auto found = load();
  ASSERT_FALSE(found) << "what it may hold is newer";
  EXPECT_EQ(found.error().code, errc::store_locked);
  journal_.read_fault.reset();
  expect_loaded("old", 1);
}

TEST_F(JournaledStoreTest, ErasesAndStartsAnew) {
  save("one", 0);
  ASSERT_TRUE(erase());
  EXPECT_TRUE(backing().records.empty());
  EXPECT_TRUE(journal_.entries.empty());
  expect_loaded("", 0);
  save("two", 0);
  expect_saved(1);
  expect_at_rest("two", 1);
}

TEST_F(JournaledStoreTest, AnErasureThatTheStoreRefusesCountsAndIsMadeUpForLater) {
  save("one", 0);
  lock();
  ASSERT_TRUE(erase());
  EXPECT_THAT(life_->store.description(), HasSubstr("the keyring is locked"));
  expect_loaded("", 0);
  EXPECT_EQ(backing().records[grant_of("work")].value, secret("one"));
  restart();
  EXPECT_TRUE(backing().records.empty());
  EXPECT_TRUE(journal_.entries.empty());
  expect_loaded("", 0);
}

TEST_F(JournaledStoreTest, ALoginAfterARefusedErasureIsKept) {
  for (const record_version expected : {0U, 1U}) {
    life_ = std::make_unique<life>(journal_);
    save("one", 0);
    lock();
    ASSERT_TRUE(erase());
    save("two", expected);
    expect_saved(2);
    expect_loaded("two", 2);
    mend_store();
    pass(limits::longest_locked_retry);
    expect_at_rest("two", 2);
    restart();
    expect_loaded("two", 2);
  }
}

TEST_F(JournaledStoreTest, AnErasureMadeUpForLaterSparesANewerLogin) {
  save(grant_text("old", clock().now().wall, 1), 0);
  lock();
  ASSERT_TRUE(erase());
  mend_store();
  const std::string newer = grant_text("newer", clock().now().wall + seconds(60), 1);
  given(newer, 2);
  pass(limits::longest_locked_retry);
  expect_at_rest(newer, 2);
}

// The store has taken a grant, and nobody has heard of it: the process was killed before the answer came.
TEST_F(JournaledStoreTest, R14_AnErasureOutlivesAWallClockThatWasSetBack) {
  const wall_time moment = clock().now().wall;
  const std::string first = grant_text("first", moment + seconds(120), 1);
  const std::string second = grant_text("second", moment + seconds(60), 2);
  for (const std::string& taken : {first, second}) {
    clock().set_wall(moment + seconds(60));
    lock();
    save(first, 0);
    save(second, 1);
    clock().set_wall(moment - std::chrono::years(1));
    ASSERT_TRUE(erase());
    given(taken, 1);
    restart();
    EXPECT_TRUE(backing().records.empty()) << (taken == first ? "the first" : "the second");
    EXPECT_TRUE(journal_.entries.empty());
    expect_loaded("", 0);
  }
}

TEST_F(JournaledStoreTest, R4_AnErasureOvertakesASaveThatWaits) {
  lock();
  save("waiting", 0);
  ASSERT_TRUE(erase());
  mend_store();
  pass(limits::longest_locked_retry);
  EXPECT_TRUE(backing().records.empty());
  EXPECT_TRUE(journal_.entries.empty());
  restart();
  expect_loaded("", 0);
}

TEST_F(JournaledStoreTest, S7_AnErasureThatNeitherCanTakeChangesNothing) {
  save("one", 0);
  journal_.sync_fault = fault(errc::internal, "input/output error");
  lock();
  EXPECT_FALSE(erase());
  EXPECT_TRUE(journal_.entries.empty());
  mend_store();
  expect_loaded("one", 1);
  pass(limits::longest_locked_retry);
  expect_at_rest("one", 1);
  restart();
  expect_loaded("one", 1);
}

TEST_F(JournaledStoreTest, S7_AnErasureThatNeitherCanTakeLeavesWhatWaits) {
  lock();
  save("waits", 0);
  journal_.sync_fault = fault(errc::internal, "input/output error");
  EXPECT_FALSE(erase());
  journal_.sync_fault.reset();
  expect_loaded("waits", 1);
  restart();
  expect_loaded("waits", 1);
  mend_store();
  pass(limits::longest_locked_retry);
  expect_at_rest("waits", 1);
}

TEST_F(JournaledStoreTest, S8_AnErasureNeedsNoJournal) {
  save("one", 0);
  journal_.write_fault = fault(errc::internal, "read-only file system");
  lock();
  EXPECT_FALSE(erase());
  mend_store();
  expect_loaded("one", 1);
  EXPECT_TRUE(erase());
  expect_loaded("", 0);
}

}  // namespace
}  // namespace latchkey
