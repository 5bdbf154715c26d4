#include "os/peer_process.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <string>

#include "tests/support/temporary_folder.h"

namespace latchkey {
namespace {

namespace fs = std::filesystem;

struct socket_pair {
  unique_fd ours;
  unique_fd theirs;
  socket_pair() {
    std::array<int, 2> ends{};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), 0);
    ours = unique_fd(ends[0]);
    theirs = unique_fd(ends[1]);
  }
};

// A copy of `cat` that reads `input` until that is closed.
pid_t started(const fs::path& program, int input) {
  fs::copy_file(fs::canonical("/bin/cat"), program);
  const std::string name = program.string();
  const pid_t child = ::fork();
  if (child != 0) return child;
  ::dup2(input, STDIN_FILENO);
  ::execl(name.c_str(), name.c_str(), nullptr);
  ::_exit(127);
}

// True once the child's executable is no longer this one.
bool became_another(pid_t child) {
  for (int looks = 0; looks < 1'000'000; ++looks) {
    std::error_code gone;
    if (fs::read_symlink("/proc/" + std::to_string(child) + "/exe", gone) != fs::read_symlink("/proc/self/exe"))
      return !gone;
    ::sched_yield();
  }
  return false;
}

TEST(PeerProcess, HoldsWhoMadeTheConnection) {
  const socket_pair made;
  const unique_fd held = hold_peer(made.ours.get(), ::getpid());
  ASSERT_TRUE(held);
  EXPECT_TRUE(still_runs(held.get()));
  EXPECT_FALSE(hold_peer(STDIN_FILENO, 0));
}

TEST(PeerProcess, I12_SaysWhenTheProcessHasEnded) {
  const support::temporary_folder folder;
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
  const unique_fd reader(ends[0]);
  unique_fd writer(ends[1]);
  const pid_t child = started(folder.path() / "app", reader.get());
  const unique_fd held(static_cast<int>(::syscall(SYS_pidfd_open, child, 0)));
  ASSERT_TRUE(held);
  EXPECT_TRUE(still_runs(held.get()));
  writer.reset();
  ASSERT_EQ(::waitpid(child, nullptr, 0), child);
  EXPECT_FALSE(still_runs(held.get()));
}

TEST(PeerProcess, TellsTheExecutableAlsoOnceItWasReplaced) {
  const support::temporary_folder folder;
  const fs::path program = folder.path() / "app";
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
  const unique_fd reader(ends[0]);
  unique_fd writer(ends[1]);
  const pid_t child = started(program, reader.get());
  ASSERT_TRUE(became_another(child));
  EXPECT_EQ(read_process(child).executable, program);
  EXPECT_FALSE(read_process(child).control_groups.empty());
  EXPECT_EQ(read_process(child).flatpak_info, std::nullopt);
  fs::remove(program);
  EXPECT_EQ(read_process(child).executable, program);
  writer.reset();
  ::waitpid(child, nullptr, 0);
  EXPECT_EQ(read_process(child).executable, "");
}

}  // namespace
}  // namespace latchkey
