#include "daemon/adapters/state_lock.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <optional>

#include "os/files.h"
#include "tests/support/temporary_folder.h"

namespace latchkey {
namespace {

using ::testing::HasSubstr;

TEST(StateLock, R23_ASecondDaemonIsToldWhoHoldsTheFolder) {
  const support::temporary_folder folder;
  const auto first = state_lock::take(folder.path());
  ASSERT_TRUE(first) << first.error().message;
  const auto second = state_lock::take(folder.path());
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, errc::temporarily_unavailable);
  EXPECT_THAT(second.error().message, HasSubstr("(process " + std::to_string(::getpid()) + ") uses " +
                                                folder.path().string() + ": stop it first"));
}

TEST(StateLock, IsGivenBackWithTheObject) {
  const support::temporary_folder folder;
  {
    const auto first = state_lock::take(folder.path());
    ASSERT_TRUE(first);
  }
  EXPECT_TRUE(state_lock::take(folder.path()));
}

TEST(StateLock, AKilledDaemonHoldsNothing) {
  const support::temporary_folder folder;
  int ready[2];
  ASSERT_EQ(::pipe(ready), 0);
  const pid_t parent = ::getpid();
  const pid_t child = ::fork();
  if (child == 0) {
    // A test that fails early does not leave it behind.
    if (::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || ::getppid() != parent) ::_exit(1);
    const auto held = state_lock::take(folder.path());
    const char byte = held ? '1' : '0';
    if (::write(ready[1], &byte, 1) == 1) ::pause();
    ::_exit(1);
  }
  char byte = 0;
  ASSERT_EQ(::read(ready[0], &byte, 1), 1);
  EXPECT_EQ(byte, '1');
  const auto refused = state_lock::take(folder.path());
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("process " + std::to_string(child)));
  ::kill(child, SIGKILL);
  ASSERT_EQ(::waitpid(child, nullptr, 0), child);
  EXPECT_TRUE(state_lock::take(folder.path()));
}

TEST(StateLock, WhatTheFileSaysIsNotTrusted) {
  const support::temporary_folder folder;
  const auto held = state_lock::take(folder.path());
  ASSERT_TRUE(held);
  std::ofstream(folder.path() / "lock") << "\x1B[31mevil";
  const auto refused = state_lock::take(folder.path());
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("another latchkeyd uses "));
}

TEST(StateLock, S13_LeftoversOfACrashAreGoneOnceItIsHeld) {
  const support::temporary_folder folder;
  std::ofstream(folder.path() / "backend.latchkey-new") << "fi";
  ASSERT_TRUE(state_lock::take(folder.path()));
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "backend.latchkey-new"));
}

TEST(StateLock, S9_AFolderOpenToOthersIsRefused) {
  const support::temporary_folder folder;
  std::filesystem::permissions(folder.path(), std::filesystem::perms(0755));
  const auto refused = state_lock::take(folder.path());
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("chmod 700 " + folder.path().string()));
}

TEST(StateLock, ALinkInItsPlaceIsNotFollowed) {
  const support::temporary_folder folder;
  std::ofstream(folder.path() / "precious") << "text";
  std::filesystem::create_symlink(folder.path() / "precious", folder.path() / "lock");
  EXPECT_FALSE(state_lock::take(folder.path()));
  EXPECT_EQ(std::filesystem::file_size(folder.path() / "precious"), 4U);
}

}  // namespace
}  // namespace latchkey
