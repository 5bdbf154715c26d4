#include "daemon/adapters/file_store.h"

#include <sys/stat.h>

#include <thread>

#include "tests/daemon/store/store_fixture.h"

namespace latchkey {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;

class FileStore : public support::store_fixture {
 protected:
  file_store store_{state_, settings_, random_};
};

TEST_F(FileStore, TouchesNothingBeforeItsFirstUse) {
  EXPECT_EQ(store_.backend(), "file");
  EXPECT_THAT(store_.description(), HasSubstr(records_.string()));
  EXPECT_FALSE(fs::exists(state_));
}

TEST_F(FileStore, GivesBackWhatWasSavedAlsoToTheNextProcess) {
  EXPECT_EQ(save(store_, grant_of("work"), "first", 0).value(), 1U);
  EXPECT_EQ(save(store_, grant_of("work"), "second", 1).value(), 2U);
  expect_record(load(store_, grant_of("work")), "second", 2);
  file_store next(state_, settings_, random_);
  expect_record(load(next, grant_of("work")), "second", 2);
}

TEST_F(FileStore, NoRecordIsVersionZeroAndMakesNoKey) {
  expect_record(load(store_, grant_of("work")), "", 0);
  EXPECT_FALSE(fs::exists(state_ / "store.key"));
}

TEST_F(FileStore, KeepsKindsAndAccountsApart) {
  const record_id client_secret{"work", record_kind::client_secret};
  ASSERT_TRUE(save(store_, grant_of("work"), "grant", 0));
  ASSERT_TRUE(save(store_, client_secret, "client secret", 0));
  ASSERT_TRUE(save(store_, grant_of("a.grant+x@y_Z-1"), "other", 0));
  expect_record(load(store_, grant_of("work")), "grant", 1);
  expect_record(load(store_, client_secret), "client secret", 1);
  expect_record(load(store_, grant_of("a.grant+x@y_Z-1")), "other", 1);
  EXPECT_TRUE(fs::exists(records_ / "work.grant"));
  EXPECT_TRUE(fs::exists(records_ / "work.client-secret"));
}

TEST_F(FileStore, OfTwoSavesOnOneVersionTheSecondIsRefused) {
  ASSERT_TRUE(save(store_, grant_of("work"), "start", 0));
  EXPECT_EQ(save(store_, grant_of("work"), "mine", 1).value(), 2U);
  expect_fault(save(store_, grant_of("work"), "yours", 1), errc::temporarily_unavailable, "grant of work");
  expect_record(load(store_, grant_of("work")), "mine", 2);
}

TEST_F(FileStore, OfManySavesAtOnceOnOneVersionOneWins) {
  std::vector<std::future<result<record_version>>> answers;
  for (int i = 0; i < 20; ++i)
    answers.push_back(boost::asio::co_spawn(context, store_.save(grant_of("work"), secret(std::to_string(i)), 0),
                                            boost::asio::use_future));
  context.run();
  int won = 0;
  for (auto& answer : answers) won += answer.get() ? 1 : 0;
  EXPECT_EQ(won, 1);
}

TEST_F(FileStore, ASaveWhoseAnswerWasLostCanBeRepeated) {
  ASSERT_TRUE(save(store_, grant_of("work"), "value", 0));
  EXPECT_EQ(save(store_, grant_of("work"), "value", 0).value(), 1U);
  expect_record(load(store_, grant_of("work")), "value", 1);
}

TEST_F(FileStore, ErasesAndStartsAnew) {
  ASSERT_TRUE(run(store_.erase(grant_of("work"))));
  ASSERT_TRUE(save(store_, grant_of("work"), "value", 0));
  ASSERT_TRUE(run(store_.erase(grant_of("work"))));
  expect_record(load(store_, grant_of("work")), "", 0);
  EXPECT_EQ(save(store_, grant_of("work"), "value", 0).value(), 1U);
}

TEST_F(FileStore, P1_WhatRestsOnDiskShowsNoSecretAndNobodyElseReadsIt) {
  ASSERT_TRUE(save(store_, grant_of("work"), "refresh-token-in-clear", 0));
  EXPECT_THAT(support::content(records_ / "work.grant"), Not(HasSubstr("refresh-token-in-clear")));
  for (const fs::path& path : {records_ / "work.grant", state_ / "store.key"}) {
    struct stat found {};
    ASSERT_EQ(::stat(path.c_str(), &found), 0);
    EXPECT_EQ(found.st_mode & 0777, 0600U) << path;
  }
  for (const fs::path& path : {state_, records_}) {
    struct stat found {};
    ASSERT_EQ(::stat(path.c_str(), &found), 0);
    EXPECT_EQ(found.st_mode & 0777, 0700U) << path;
  }
}

TEST_F(FileStore, TheSameValueTwiceIsNeverTheSameBytes) {
  ASSERT_TRUE(save(store_, grant_of("work"), "value", 0));
  const std::string first = support::content(records_ / "work.grant");
  ASSERT_TRUE(save(store_, grant_of("work"), "value", 0));
  EXPECT_NE(support::content(records_ / "work.grant"), first);
}

TEST_F(FileStore, TakesTheConfiguredKeyAndMakesNone) {
  support::put(folder_.path() / "key", std::string(32, 'k'));
  fs::permissions(folder_.path() / "key", fs::perms(0600));
  settings_.key_file = folder_.path() / "key";
  file_store store(state_, settings_, random_);
  ASSERT_TRUE(save(store, grant_of("work"), "value", 0));
  EXPECT_FALSE(fs::exists(state_ / "store.key"));
  expect_fault(load(store_, grant_of("work")), errc::store_locked, "store.key");
}

TEST_F(FileStore, I14_ANameThatIsAPathIsRefused) {
  for (const std::string& name : {std::string("../x"), std::string("a/b"), std::string(".."), std::string(),
                                  std::string("a\0b", 3), std::string(".hidden")}) {
    EXPECT_FALSE(save(store_, grant_of(name), "value", 0)) << name;
    EXPECT_FALSE(load(store_, grant_of(name))) << name;
    EXPECT_FALSE(run(store_.erase(grant_of(name)))) << name;
  }
}

TEST_F(FileStore, AValueLargerThanARecordMayBeIsRefused) {
  EXPECT_TRUE(save(store_, grant_of("big"), std::string(limits::stored_record - 64, 'x'), 0));
  expect_fault(save(store_, grant_of("big"), std::string(limits::stored_record, 'x'), 1), errc::internal,
               "grant of big is larger");
}

TEST_F(FileStore, R9_TheEventLoopGoesOnWhileTheDiskIsWaitedFor) {
  std::thread::id after;
  const auto body = [&]() -> task<> {
    auto saved = co_await store_.save(grant_of("work"), secret("value"), 0);
    EXPECT_TRUE(saved);
    after = std::this_thread::get_id();
  };
  boost::asio::co_spawn(context, body, boost::asio::use_future);
  // The loop has taken the task as far as the disk; other work is done in the meantime.
  context.poll();
  bool served = false;
  boost::asio::post(context, [&] { served = true; });
  context.run();
  EXPECT_TRUE(served);
  EXPECT_EQ(after, std::this_thread::get_id());
}

}  // namespace
}  // namespace latchkey
