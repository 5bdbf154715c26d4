#include <sys/resource.h>
#include <unistd.h>

#include <csignal>

#include "daemon/adapters/file_store.h"
#include "tests/daemon/store/store_fixture.h"

namespace latchkey {
namespace {

namespace fs = std::filesystem;

class FileStoreFaults : public support::store_fixture {
 protected:
  void SetUp() override {
    file_store writer(state_, settings_, random_);
    ASSERT_TRUE(save(writer, grant_of("work"), "precious", 0));
    box_ = support::content(file_);
  }
  // Whatever is wrong with the file, saving onto it is refused and its bytes stay.
  void expect_untouched(token_store& store, std::string_view bytes) {
    EXPECT_FALSE(save(store, grant_of("work"), "new", 0));
    EXPECT_FALSE(save(store, grant_of("work"), "new", 1));
    EXPECT_EQ(support::content(file_), bytes);
  }

  fs::path file_ = records_ / "work.grant";
  std::string box_;
  file_store store_{state_, settings_, random_};
};

// Root reads and writes whatever the modes say.
class as_an_ordinary_user {
 public:
  explicit as_an_ordinary_user(const fs::path& folder) : root_(::geteuid() == 0) {
    constexpr uid_t nobody = 65534;
    if (!root_) return;
    for (const auto& entry : fs::recursive_directory_iterator(folder))
      EXPECT_EQ(::lchown(entry.path().c_str(), nobody, nobody), 0);
    EXPECT_EQ(::lchown(folder.c_str(), nobody, nobody), 0);
    EXPECT_EQ(::seteuid(nobody), 0);
  }
  as_an_ordinary_user(const as_an_ordinary_user&) = delete;
  as_an_ordinary_user& operator=(const as_an_ordinary_user&) = delete;
  ~as_an_ordinary_user() {
    if (!root_) return;
    EXPECT_EQ(::seteuid(0), 0);
  }

 private:
  bool root_;
};

TEST_F(FileStoreFaults, S6_EveryFlippedBitIsNoticedAndNothingOverwritten) {
  for (std::size_t i = 0; i < box_.size(); ++i) {
    std::string flipped = box_;
    flipped[i] = static_cast<char>(flipped[i] ^ 1);
    support::put(file_, flipped);
    EXPECT_FALSE(load(store_, grant_of("work"))) << "byte " << i;
  }
  std::string flipped = box_;
  flipped.back() = static_cast<char>(flipped.back() ^ 1);
  support::put(file_, flipped);
  expect_fault(load(store_, grant_of("work")), errc::internal, file_.string() + ": ");
  expect_untouched(store_, flipped);
}

TEST_F(FileStoreFaults, S6_EveryTruncationIsNoticedAndNothingOverwritten) {
  for (std::size_t length = 0; length < box_.size(); ++length) {
    support::put(file_, box_.substr(0, length));
    expect_fault(load(store_, grant_of("work")), errc::internal, file_.string());
  }
  expect_untouched(store_, box_.substr(0, box_.size() - 1));
}

TEST_F(FileStoreFaults, S6_AWrongKeyIsToldFromDamage) {
  support::put(state_ / "store.key", std::string(32, 'x'));
  expect_fault(load(store_, grant_of("work")), errc::store_locked,
               "another key than " + (state_ / "store.key").string());
  expect_untouched(store_, box_);
}

TEST_F(FileStoreFaults, S6_OneRecordCannotStandInForAnother) {
  fs::copy(file_, records_ / "other.grant");
  expect_fault(load(store_, grant_of("other")), errc::internal, "other.grant");
}

TEST_F(FileStoreFaults, S10_AMissingKeyIsNeverReplacedWhileRecordsNeedIt) {
  fs::remove(state_ / "store.key");
  expect_fault(load(store_, grant_of("work")), errc::store_locked, "put it back");
  expect_untouched(store_, box_);
  expect_fault(save(store_, grant_of("another"), "value", 0), errc::store_locked, "is missing");
  EXPECT_FALSE(fs::exists(state_ / "store.key"));
}

TEST_F(FileStoreFaults, S10_OnceTheUnreadableRecordsAreErasedAKeyIsMade) {
  fs::remove(state_ / "store.key");
  ASSERT_TRUE(run(store_.erase(grant_of("work"))));
  EXPECT_TRUE(save(store_, grant_of("work"), "value", 0));
  expect_record(load(store_, grant_of("work")), "value", 1);
}

TEST_F(FileStoreFaults, S12_AFileOfANewerFormatIsLeftAlone) {
  std::string newer = box_;
  newer.replace(0, std::string("latchkey-box-1").size(), "latchkey-box-2");
  support::put(file_, newer);
  expect_fault(load(store_, grant_of("work")), errc::internal, "newer");
  expect_untouched(store_, newer);
}

TEST_F(FileStoreFaults, S13_LeftoversOfACrashAreRemovedAndTheOldRecordServes) {
  support::put(records_ / "work.grant.latchkey-new", box_.substr(0, 20));
  expect_record(load(store_, grant_of("work")), "precious", 1);
  EXPECT_FALSE(fs::exists(records_ / "work.grant.latchkey-new"));
}

TEST_F(FileStoreFaults, S7_AFullDiskAtAnyByteKeepsTheOldRecord) {
  expect_record(load(store_, grant_of("work")), "precious", 1);
  const auto before = std::signal(SIGXFSZ, SIG_IGN);
  struct rlimit all {};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &all), 0);
  for (rlim_t room = 0; room < box_.size(); room += 7) {
    const struct rlimit full { room, all.rlim_max };
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &full), 0);
    const auto saved = save(store_, grant_of("work"), "new value, the longer one", 1);
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &all), 0);
    expect_fault(saved, errc::internal, file_.string());
    EXPECT_EQ(support::content(file_), box_);
    EXPECT_FALSE(fs::exists(records_ / "work.grant.latchkey-new"));
  }
  std::signal(SIGXFSZ, before);
  EXPECT_EQ(save(store_, grant_of("work"), "new", 1).value(), 2U);
}

TEST_F(FileStoreFaults, S7_AFullDiskWhenTheKeyIsMadeLeavesNoHalfKey) {
  const fs::path state = folder_.path() / "fresh";
  file_store store(state, settings_, random_);
  const auto before = std::signal(SIGXFSZ, SIG_IGN);
  struct rlimit all {};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &all), 0);
  const struct rlimit full { 16, all.rlim_max };
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &full), 0);
  const auto saved = save(store, grant_of("work"), "value", 0);
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &all), 0);
  std::signal(SIGXFSZ, before);
  expect_fault(saved, errc::internal, "store.key");
  EXPECT_FALSE(fs::exists(state / "store.key"));
  EXPECT_TRUE(save(store, grant_of("work"), "value", 0));
}

TEST_F(FileStoreFaults, S8_AReadOnlyFolderIsStillReadAndSaysWhyItCannotBeWritten) {
  fs::permissions(records_, fs::perms(0500));
  const as_an_ordinary_user dropped(folder_.path());
  expect_record(load(store_, grant_of("work")), "precious", 1);
  expect_fault(save(store_, grant_of("work"), "new", 1), errc::internal, "Permission denied");
  EXPECT_FALSE(run(store_.erase(grant_of("work"))));
  expect_record(load(store_, grant_of("work")), "precious", 1);
}

TEST_F(FileStoreFaults, S9_AFolderOpenToOthersIsRefusedWithTheChmod) {
  for (const fs::path& wide : {state_, records_}) {
    fs::permissions(wide, fs::perms(0750));
    expect_fault(load(store_, grant_of("work")), errc::internal, "chmod 700 " + wide.string());
    expect_untouched(store_, box_);
    fs::permissions(wide, fs::perms(0700));
  }
}

}  // namespace
}  // namespace latchkey
