#include "os/files.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <atomic>
#include <fstream>
#include <thread>
#include <vector>

#include "tests/support/temporary_folder.h"

namespace latchkey {
namespace {

namespace fs = std::filesystem;
using support::temporary_folder;

std::size_t entries(const fs::path& folder) {
  return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

TEST(Files, ADurableWriteReplacesTheWholeFileAndItsMode) {
  const temporary_folder folder;
  const fs::path path = folder.path() / "a";
  ASSERT_TRUE(write_durably(path, "first, and longer", 0600));
  ASSERT_TRUE(write_durably(path, "second", 0600));
  EXPECT_EQ(read_file(path, 100).value()->reveal(), "second");
  struct stat found {};
  ASSERT_EQ(::stat(path.c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777, 0600U);
  EXPECT_EQ(entries(folder.path()), 1U);
}

TEST(Files, AFailedWriteKeepsTheOldFileAndLeavesNothingBehind) {
  const temporary_folder folder;
  const fs::path path = folder.path() / "taken";
  fs::create_directory(path);
  std::ofstream(path / "inside") << "x";
  const auto written = write_durably(path, "bytes", 0600);
  ASSERT_FALSE(written);
  EXPECT_NE(written.error().message.find(path.string()), std::string::npos);
  EXPECT_TRUE(fs::exists(path / "inside"));
  EXPECT_EQ(entries(folder.path()), 1U);
}

TEST(Files, S7_AFullDiskIsAnErrorNotAHalfWrittenFile) {
  const auto written = write_durably("/dev/full/none", "bytes", 0600);
  EXPECT_FALSE(written);
}

TEST(Files, AMissingFileIsNothingAndALargeOneIsRefused) {
  const temporary_folder folder;
  EXPECT_FALSE(read_file(folder.path() / "none", 10).value().has_value());
  std::ofstream(folder.path() / "big") << "12345678901";
  EXPECT_FALSE(read_file(folder.path() / "big", 10));
  EXPECT_EQ(read_file(folder.path() / "big", 11).value()->size(), 11U);
}

TEST(Files, RemovingTwiceIsNoError) {
  const temporary_folder folder;
  const fs::path path = folder.path() / "a";
  ASSERT_TRUE(write_durably(path, "x", 0600));
  EXPECT_TRUE(remove_durably(path));
  EXPECT_FALSE(fs::exists(path));
  EXPECT_TRUE(remove_durably(path));
}

TEST(Files, S13_LeftoversOfACrashAreRemovedAndNothingElse) {
  const temporary_folder folder;
  std::ofstream(folder.path() / "a.latchkey-new") << "half";
  std::ofstream(folder.path() / "a") << "whole";
  remove_leftovers(folder.path());
  EXPECT_FALSE(fs::exists(folder.path() / "a.latchkey-new"));
  EXPECT_TRUE(fs::exists(folder.path() / "a"));
}

TEST(Files, APrivateFolderIsMadeForItsOwnerAlone) {
  const temporary_folder folder;
  const fs::path path = folder.path() / "deep" / "private";
  ASSERT_TRUE(make_private_folder(path));
  struct stat found {};
  ASSERT_EQ(::stat(path.c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777, 0700U);
  EXPECT_TRUE(make_private_folder(path));
}

TEST(Files, S9_AFolderOpenToOthersIsRefusedWithTheCommandThatMendsIt) {
  const temporary_folder folder;
  const fs::path path = folder.path() / "wide";
  fs::create_directory(path);
  fs::permissions(path, fs::perms(0755));
  const auto made = make_private_folder(path);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, errc::bad_request);
  EXPECT_NE(made.error().message.find("chmod 700 " + path.string()), std::string::npos);
}

TEST(Files, I13_AFileOrALinkInPlaceOfAPrivateFolderIsRefused) {
  const temporary_folder folder;
  std::ofstream(folder.path() / "file") << "x";
  EXPECT_FALSE(make_private_folder(folder.path() / "file"));
  fs::create_directory(folder.path() / "real");
  fs::create_symlink(folder.path() / "real", folder.path() / "link");
  EXPECT_FALSE(make_private_folder(folder.path() / "link"));
}

TEST(Files, CreatingNeverReplaces) {
  const temporary_folder folder;
  const fs::path path = folder.path() / "file";
  for (const auto create : {create_durably, create_quickly}) {
    EXPECT_EQ(create(path, "first", 0600).value(), true);
    EXPECT_EQ(create(path, "second", 0600).value(), false);
    EXPECT_EQ(read_file(path, 100).value(), secret("first"));
    EXPECT_TRUE(sync_file(path));
    fs::remove(path);
    EXPECT_TRUE(sync_file(path)) << "it is gone: there is nothing to sync";
    EXPECT_TRUE(fs::is_empty(folder.path()));
    EXPECT_FALSE(create(folder.path() / "no" / "folder", "x", 0600));
  }
}

TEST(Files, OfManyWhoCreateAtOnceOneWinsAndAllSeeItsContent) {
  const temporary_folder folder;
  const fs::path path = folder.path() / "key";
  std::atomic<int> won = 0;
  std::vector<std::thread> all;
  all.reserve(8);
  for (int i = 0; i < 8; ++i)
    all.emplace_back(
        [&, i] { won += create_durably(path, std::string(32, static_cast<char>('a' + i)), 0600).value(); });
  for (auto& each : all) each.join();
  EXPECT_EQ(won, 1);
  EXPECT_EQ(read_file(path, 100).value()->size(), 32U);
  EXPECT_EQ(std::distance(fs::directory_iterator(folder.path()), fs::directory_iterator()), 1);
}

}  // namespace
}  // namespace latchkey
