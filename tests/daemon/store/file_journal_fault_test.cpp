#include <sys/resource.h>

#include <csignal>

#include "tests/daemon/store/journal_fixture.h"

namespace latchkey {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;

class FileJournalFaults : public support::journal_fixture {
 protected:
  void SetUp() override {
    write(ours_, "older");
    write(ours_, "newer");
    box_ = support::content(newest_);
  }
  // The newest entry is set aside as it is, and the one before serves.
  void expect_set_aside(std::string_view bytes) {
    support::put(newest_, bytes);
    file_journal next = next_process();
    EXPECT_EQ(read(next), "older");
    EXPECT_THAT(files(), ElementsAre("work.grant.1", "work.grant.2.damaged"));
    EXPECT_EQ(support::content(kept_), bytes);
    fs::remove(kept_);
  }
  void expect_left_alone(errc code, std::string_view part, std::string_view bytes) {
    file_journal next = next_process();
    const auto found = next.read(grant_of("work"));
    expect_fault(found, code, part);
    EXPECT_THAT(files(), ElementsAre("work.grant.1", "work.grant.2"));
    EXPECT_EQ(support::content(newest_), bytes);
  }

  fs::path newest_ = journal_ / "work.grant.2";
  fs::path kept_ = journal_ / "work.grant.2.damaged";
  std::string box_;
  file_journal ours_{state_, settings_, random_};
};

TEST_F(FileJournalFaults, R5_S6_AnEntryTornAtAnyByteIsSetAsideAndTheOneBeforeServes) {
  for (std::size_t length = 0; length < box_.size(); ++length) expect_set_aside(box_.substr(0, length));
}

TEST_F(FileJournalFaults, S6_EveryFlippedBitIsNoticed) {
  for (std::size_t i = 0; i < box_.size(); ++i) {
    std::string flipped = box_;
    flipped[i] = static_cast<char>(flipped[i] ^ 1);
    expect_set_aside(flipped);
  }
}

TEST_F(FileJournalFaults, S6_AnEntryMovedToAnotherNumberOrAccountDoesNotCount) {
  fs::copy(journal_ / "work.grant.1", journal_ / "work.grant.7");
  fs::copy(journal_ / "work.grant.1", journal_ / "other.grant.1");
  file_journal next = next_process();
  EXPECT_EQ(read(next), "newer");
  EXPECT_EQ(read(next, "other"), "");
  EXPECT_TRUE(fs::exists(journal_ / "work.grant.7.damaged"));
  EXPECT_EQ(write(next, "newest"), 8U) << "numbers are not used twice, so nothing set aside is ever replaced";
}

TEST_F(FileJournalFaults, S6_WhatWasSetAsideIsNoEntryAnyMore) {
  fs::rename(newest_, kept_);
  fs::remove(journal_ / "work.grant.1");
  file_journal next = next_process();
  EXPECT_TRUE(next.list()->empty());
  EXPECT_EQ(read(next), "");
}

TEST_F(FileJournalFaults, EachReadLooksAnew) {
  EXPECT_EQ(read(ours_), "newer");
  file_journal another = next_process();
  write(another, "newest");
  EXPECT_EQ(read(ours_), "newest");
}

TEST_F(FileJournalFaults, S10_AnotherKeyIsToldFromDamageAndItsEntryLeftAlone) {
  support::put(state_ / "store.key", std::string(32, 'x'));
  expect_left_alone(errc::store_locked, "another key than " + (state_ / "store.key").string(), box_);
}

TEST_F(FileJournalFaults, S10_AMissingKeyIsNeverReplacedWhileAnEntryNeedsIt) {
  fs::remove(state_ / "store.key");
  expect_left_alone(errc::store_locked, "is missing: put it back", box_);
  file_journal next = next_process();
  expect_fault(next.write(grant_of("another"), secret("value")), errc::store_locked, "is missing");
  EXPECT_FALSE(fs::exists(state_ / "store.key"));
}

TEST_F(FileJournalFaults, S10_WhatAnotherKeyHoldsIsKeptWhenANewerGrantHasCome) {
  support::put(state_ / "store.key", std::string(32, 'x'));
  file_journal next = next_process();
  EXPECT_FALSE(next.read(grant_of("work")));
  const auto number = write(next, "newest");
  EXPECT_EQ(number, 3U);
  sync(next, number);
  EXPECT_THAT(files(), ElementsAre("work.grant.2.superseded", "work.grant.3"));
  EXPECT_EQ(support::content(journal_ / "work.grant.2.superseded"), box_);
  EXPECT_EQ(read(next), "newest");
}

TEST_F(FileJournalFaults, S12_AnEntryOfANewerFormatIsLeftAlone) {
  std::string newer = box_;
  newer.replace(0, std::string("latchkey-box-1").size(), "latchkey-box-2");
  support::put(newest_, newer);
  expect_left_alone(errc::internal, "newer Latchkey", newer);
}

TEST_F(FileJournalFaults, S7_AFullDiskAtAnyByteKeepsTheEntryBefore) {
  const auto before = std::signal(SIGXFSZ, SIG_IGN);
  struct rlimit all {};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &all), 0);
  for (rlim_t room = 0; room < box_.size(); room += 7) {
    const struct rlimit full { room, all.rlim_max };
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &full), 0);
    const auto written = ours_.write(grant_of("work"), secret("newest"));
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &all), 0);
    expect_fault(written, errc::internal, "cannot write " + (journal_ / "work.grant.").string());
    EXPECT_THAT(files(), ElementsAre("work.grant.1", "work.grant.2")) << "nothing half-written stays";
  }
  std::signal(SIGXFSZ, before);
  write(ours_, "newest");
  EXPECT_EQ(read(ours_), "newest");
}

TEST_F(FileJournalFaults, S9_AFolderOpenToOthersIsRefusedWithTheChmod) {
  fs::permissions(journal_, fs::perms(0750));
  file_journal next = next_process();
  expect_fault(next.read(grant_of("work")), errc::internal, "chmod 700 " + journal_.string());
  expect_fault(next.write(grant_of("work"), secret("value")), errc::internal, "chmod 700");
  expect_fault(next.list(), errc::internal, "chmod 700");
}

TEST_F(FileJournalFaults, S9_AFolderThatIsALinkIsRefused) {
  fs::rename(journal_, state_ / "elsewhere");
  fs::create_directory_symlink(state_ / "elsewhere", journal_);
  file_journal next = next_process();
  expect_fault(next.list(), errc::internal, "is no folder");
  expect_fault(next.write(grant_of("work"), secret("value")), errc::internal, "is no folder");
}

TEST_F(FileJournalFaults, AFileInTheWayIsWrittenRoundAndNeverThrough) {
  support::put(folder_.path() / "target", "untouched");
  fs::create_symlink(folder_.path() / "target", journal_ / "work.grant.3");
  EXPECT_EQ(write(ours_, "newest"), 4U);
  EXPECT_EQ(support::content(folder_.path() / "target"), "untouched");
}

TEST_F(FileJournalFaults, AnEntryLargerThanARecordMayBeIsRefused) {
  expect_fault(ours_.write(grant_of("big"), secret(std::string(limits::stored_record + 1, 'x'))), errc::internal,
               "grant of big is larger");
  EXPECT_TRUE(ours_.write(grant_of("big"), secret(std::string(limits::stored_record, 'x'))));
  file_journal next = next_process();
  EXPECT_EQ(read(next, "big").size(), limits::stored_record);
}

}  // namespace
}  // namespace latchkey
