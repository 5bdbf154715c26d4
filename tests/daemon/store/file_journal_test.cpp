#include "daemon/adapters/file_journal.h"

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "daemon/adapters/file_store.h"
#include "tests/daemon/store/journal_fixture.h"

namespace latchkey {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class FileJournal : public support::journal_fixture {
 protected:
  file_journal journal_of_ours_{state_, settings_, random_};
};

TEST_F(FileJournal, ListingWhereNothingIsTouchesNothing) {
  const auto found = journal_of_ours_.list();
  ASSERT_TRUE(found);
  EXPECT_THAT(*found, IsEmpty());
  EXPECT_FALSE(fs::exists(state_));
}

TEST_F(FileJournal, GivesBackTheNewestEntryAlsoToTheNextProcess) {
  EXPECT_EQ(read(journal_of_ours_), "");
  EXPECT_EQ(write(journal_of_ours_, "first"), 1U);
  EXPECT_EQ(write(journal_of_ours_, "second"), 2U);
  EXPECT_EQ(read(journal_of_ours_), "second");
  file_journal next = next_process();
  EXPECT_EQ(read(next), "second");
  EXPECT_EQ(write(next, "third"), 3U);
  EXPECT_THAT(*next.list(), ElementsAre(grant_of("work")));
}

TEST_F(FileJournal, ReadingGetsTheKeyReadySoThatWritingIsQuick) {
  EXPECT_EQ(read(journal_of_ours_), "");
  EXPECT_TRUE(fs::exists(state_ / "store.key"));
  fs::rename(state_ / "store.key", state_ / "away");
  EXPECT_EQ(write(journal_of_ours_, "value"), 1U);
}

TEST_F(FileJournal, TheKeyIsTheFileStoresWhoeverMakesIt) {
  write(journal_of_ours_, "value");
  file_store store(state_, settings_, random_);
  ASSERT_TRUE(save(store, grant_of("work"), "stored", 0));
  file_journal next = next_process();
  EXPECT_EQ(read(next), "value");
  file_store again(state_, settings_, random_);
  expect_record(load(again, grant_of("work")), "stored", 1);
}

TEST_F(FileJournal, OlderEntriesGoOnceTheNewerIsSynced) {
  write(journal_of_ours_, "first");
  const auto second = write(journal_of_ours_, "second");
  EXPECT_THAT(files(), ElementsAre("work.grant.1", "work.grant.2"));
  sync(journal_of_ours_, second);
  EXPECT_THAT(files(), ElementsAre("work.grant.2"));
}

TEST_F(FileJournal, RemovingLeavesWhatCameLater) {
  const auto first = write(journal_of_ours_, "first");
  const auto second = write(journal_of_ours_, "second");
  ASSERT_TRUE(journal_of_ours_.remove(grant_of("work"), first));
  EXPECT_EQ(read(journal_of_ours_), "second");
  ASSERT_TRUE(journal_of_ours_.remove(grant_of("work"), second));
  EXPECT_EQ(read(journal_of_ours_), "");
  EXPECT_THAT(files(), IsEmpty());
  // A sync that comes too late finds it done.
  sync(journal_of_ours_, second);
}

TEST_F(FileJournal, KeepsAccountsApartWhateverTheyAreCalled) {
  const std::vector<std::string> names{"work", "work.grant", "work.grant.7", "a.grant+x@y_Z-1"};
  for (const auto& name : names) write(journal_of_ours_, "of " + name, name);
  file_journal next = next_process();
  for (const auto& name : names) EXPECT_EQ(read(next, name), "of " + name);
  EXPECT_EQ(next.list()->size(), names.size());
}

TEST_F(FileJournal, P1_WhatRestsOnDiskShowsNoSecretAndNobodyElseReadsIt) {
  write(journal_of_ours_, "refresh-token-in-clear");
  EXPECT_THAT(support::content(journal_ / "work.grant.1"), Not(HasSubstr("refresh-token-in-clear")));
  struct stat found {};
  ASSERT_EQ(::stat((journal_ / "work.grant.1").c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777, 0600U);
  ASSERT_EQ(::stat(journal_.c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777, 0700U);
}

TEST_F(FileJournal, R5_AProcessKilledRightAfterTheWriteLeavesTheEntry) {
  EXPECT_EQ(read(journal_of_ours_), "");
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    (void)journal_of_ours_.write(grant_of("work"), secret("received"));
    ::kill(::getpid(), SIGKILL);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status));
  file_journal next = next_process();
  EXPECT_EQ(read(next), "received");
}

TEST_F(FileJournal, I14_ANameThatIsAPathIsRefused) {
  for (const std::string& name :
       {std::string("../x"), std::string("a/b"), std::string(".."), std::string(), std::string("a\0b", 3)}) {
    EXPECT_FALSE(journal_of_ours_.write(grant_of(name), secret("value"))) << name;
    EXPECT_FALSE(journal_of_ours_.read(grant_of(name))) << name;
    EXPECT_FALSE(journal_of_ours_.remove(grant_of(name), 1)) << name;
  }
}

TEST_F(FileJournal, NamesOfFilesAreReadAsTheyAreWritten) {
  struct row {
    std::string_view name;
    std::string_view account;  // empty: no entry's name
    entry_number number;
    bool set_aside;
  };
  for (const row& each :
       {row{"work.grant.1", "work", 1, false}, row{"work.grant.18446744073709551615", "work", ~entry_number{0}, false},
        row{"work.grant.2.damaged", "work", 2, true}, row{"work.grant.3.superseded", "work", 3, true},
        row{"a.grant.4.grant.5", "a.grant.4", 5, false}, row{"a.grant.grant.1", "a.grant", 1, false},
        row{"work.grant.0", "", 0, false}, row{"work.grant.", "", 0, false}, row{"work.grant", "", 0, false},
        row{".grant.1", "", 0, false}, row{"work.grant.18446744073709551616", "", 0, false},
        row{"work.grant.-1", "", 0, false}, row{"work.client-secret.1", "", 0, false}, row{"", "", 0, false},
        row{"work.grant.1x", "", 0, false}, row{".hidden.grant.1", "", 0, false}}) {
    const auto found = parse_journal_file_name(each.name);
    ASSERT_EQ(found.has_value(), !each.account.empty()) << each.name;
    if (!found) continue;
    EXPECT_EQ(found->id, grant_of(std::string(each.account))) << each.name;
    EXPECT_EQ(found->number, each.number) << each.name;
    EXPECT_EQ(found->set_aside, each.set_aside) << each.name;
  }
}

}  // namespace
}  // namespace latchkey
