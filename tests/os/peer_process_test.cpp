#include "os/peer_process.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <string>

#include "tests/support/prepared_process.h"
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
  EXPECT_FALSE(hold_peer(STDIN_FILENO, ::getpid())) << "what is no socket has no peer";
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

TEST(PeerProcess, AProgramThatIsNoFileHasNoPath) {
  const support::prepared_process app([] {
    const int file = ::memfd_create("git", MFD_CLOEXEC);
    const int cat = ::open(fs::canonical("/bin/cat").c_str(), O_RDONLY | O_CLOEXEC);
    while (::sendfile(file, cat, nullptr, 1 << 20) > 0) continue;
    std::array<char*, 2> words{const_cast<char*>("cat"), nullptr};
    return ::fexecve(file, words.data(), environ) == 0;
  });
  ASSERT_TRUE(app.is_ready());
  EXPECT_EQ(fs::read_symlink("/proc/" + std::to_string(app.pid()) + "/exe"), "/memfd:git (deleted)");
  EXPECT_EQ(read_process(app.pid()).executable, "");
}

TEST(PeerProcess, APathThatNamesAnotherFileInThereIsNotBelieved) {
  const support::temporary_folder folder;
  const fs::path ours = folder.path() / "git";
  const fs::path theirs = folder.path() / "theirs";
  std::ofstream(ours) << "the one that was allowed";
  fs::copy_file(fs::canonical("/bin/cat"), theirs);
  const support::prepared_process app([&] {
    return support::enter_namespaces(CLONE_NEWNS) &&
           ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
           ::mount(theirs.c_str(), ours.c_str(), nullptr, MS_BIND, nullptr) == 0 &&
           ::execl(ours.c_str(), ours.c_str(), nullptr) == 0;
  });
  ASSERT_TRUE(app.is_ready()) << "needs root, or namespaces of users";
  const fs::path link = "/proc/" + std::to_string(app.pid()) + "/exe";
  EXPECT_EQ(fs::read_symlink(link), ours);
  EXPECT_EQ(read_process(app.pid()).executable, "");
  fs::remove(theirs);
  EXPECT_TRUE(fs::read_symlink(link).native().ends_with(" (deleted)")) << fs::read_symlink(link);
  EXPECT_EQ(read_process(app.pid()).executable, "") << "its mounts are not ours";
}

class SandboxInfo : public testing::Test {
 protected:
  /// What is told of a process whose root is the folder; nothing where this may not be tried here.
  [[nodiscard]] std::optional<process_facts> facts_in_there() const {
    const support::prepared_process app(
        [this] { return support::enter_namespaces(CLONE_FS) && ::chroot(folder_.path().c_str()) == 0; });
    if (!app.is_ready()) return std::nullopt;
    return read_process(app.pid());
  }

  support::temporary_folder folder_;
  fs::path info_ = folder_.path() / ".flatpak-info";
};

TEST_F(SandboxInfo, IsThatOfTheProcessesOwnRoot) {
  std::ofstream(info_) << "[Application]\nname=org.example.App\n";
  const auto facts = facts_in_there();
  ASSERT_TRUE(facts) << "needs root, or namespaces of users";
  EXPECT_EQ(facts->flatpak_info, "[Application]\nname=org.example.App\n");
}

TEST_F(SandboxInfo, IsNeitherALinkNorAFifoNorAFolder) {
  const auto expect_none = [this](const char* what) {
    const auto facts = facts_in_there();
    ASSERT_TRUE(facts) << "needs root, or namespaces of users";
    EXPECT_EQ(facts->flatpak_info, std::nullopt) << what;
    fs::remove(info_);
  };
  std::ofstream(folder_.path() / "else") << "[Application]\nname=org.example.App\n";
  fs::create_symlink("else", info_);
  expect_none("a link");
  ASSERT_EQ(::mkfifo(info_.c_str(), 0600), 0);
  expect_none("a FIFO that nobody writes to");
  fs::create_directory(info_);
  expect_none("a folder");
}

TEST_F(SandboxInfo, IsReadUpToABound) {
  std::ofstream(info_) << std::string(1 << 20, 'x');
  const auto facts = facts_in_there();
  ASSERT_TRUE(facts) << "needs root, or namespaces of users";
  ASSERT_TRUE(facts->flatpak_info);
  EXPECT_LE(facts->flatpak_info->size(), 64U * 1024U);
}

}  // namespace
}  // namespace latchkey
