#include "daemon/peer_apps.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>

#include "os/peer_process.h"
#include "os/unique_fd.h"
#include "tests/support/prepared_process.h"
#include "tests/support/temporary_folder.h"

namespace latchkey {
namespace {

namespace fs = std::filesystem;

// `cat` under another name, which waits for the end of its input: until the test lets go.
class waiting_program {
 public:
  explicit waiting_program(const fs::path& path) {
    fs::copy_file(fs::canonical("/bin/cat"), path);
    std::array<int, 2> ends{};
    EXPECT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
    const unique_fd reader(ends[0]);
    writer_ = unique_fd(ends[1]);
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, reader.get(), STDIN_FILENO);
    std::string name = path.string();
    std::array<char*, 2> words{name.data(), nullptr};
    EXPECT_EQ(::posix_spawn(&pid_, name.c_str(), &actions, nullptr, words.data(), environ), 0);
    ::posix_spawn_file_actions_destroy(&actions);
  }
  waiting_program(const waiting_program&) = delete;
  waiting_program& operator=(const waiting_program&) = delete;
  ~waiting_program() {
    if (pid_ > 0) end();
  }
  pid_t end() {
    writer_.reset();
    ::waitpid(pid_, nullptr, 0);
    return std::exchange(pid_, -1);
  }
  [[nodiscard]] pid_t pid() const { return pid_; }

 private:
  unique_fd writer_;
  pid_t pid_ = -1;
};

std::string number(pid_t process) {
  return "process " + std::to_string(process);
}
fs::path this_executable() {
  return fs::read_symlink("/proc/self/exe");
}
std::string this_program() {
  return this_executable().string() + " (" + number(::getpid()) + ")";
}

TEST(PeerApps, TellsTheProgramAndItsNumber) {
  EXPECT_EQ(program_of(::getpid()), this_program());
}

TEST(PeerApps, TheLatchkeyCommandStandsForWhoeverStartedIt) {
  const support::temporary_folder folder;
  const waiting_program command(folder.path() / "latchkey");
  EXPECT_EQ(program_of(command.pid()), this_program() + " through latchkey");
}

TEST(PeerApps, AProgramThatWasReplacedWhileItRunsHasItsOldName) {
  const support::temporary_folder folder;
  const waiting_program app(folder.path() / "app");
  fs::remove(folder.path() / "app");
  EXPECT_EQ(program_of(app.pid()), (folder.path() / "app").string() + " (" + number(app.pid()) + ")");
}

TEST(PeerApps, C3_AHostileProgramNameCannotForgeALine) {
  const support::temporary_folder folder;
  const waiting_program app(folder.path() / "a\n) S 1 \x1B[2J");
  EXPECT_EQ(program_of(app.pid()), folder.path().string() + "/a\\x0A) S 1 \\x1B[2J (" + number(app.pid()) + ")");
}

// The kernel shows that name between parentheses, before the number of the parent.
TEST(PeerApps, C3_TheNameThatAProcessGivesItselfDoesNotChangeWhoStartedIt) {
  const support::temporary_folder folder;
  const std::string command = (folder.path() / "latchkey").string();
  fs::copy_file(fs::canonical("/bin/sh"), command);
  const support::prepared_process app([&] {
    return ::execl(command.c_str(), "latchkey", "-c", "printf ') S 1 ' > /proc/self/comm; read line", nullptr) == 0;
  });
  ASSERT_TRUE(app.is_ready());
  std::string name;
  for (int looks = 0; looks < 1'000'000 && name != ") S 1 "; ++looks)
    std::getline(std::ifstream("/proc/" + std::to_string(app.pid()) + "/comm"), name);
  ASSERT_EQ(name, ") S 1 ");
  EXPECT_EQ(program_of(app.pid()), this_program() + " through latchkey");
}

TEST(PeerApps, AProcessThatIsGoneIsANumber) {
  const support::temporary_folder folder;
  waiting_program app(folder.path() / "app");
  const pid_t gone = app.end();
  EXPECT_EQ(program_of(gone), number(gone));
}

TEST(PeerApps, RemembersWhoConnectedUntilTheConnectionEnds) {
  peer_apps apps;
  peer_app git;
  git.app = "/usr/bin/git";
  apps.opened(7, git);
  const auto first = apps.of(7, 42);
  EXPECT_EQ(first->app, "/usr/bin/git");
  EXPECT_EQ(apps.of(7, 43).get(), first.get());
  apps.forget(7);
  EXPECT_EQ(apps.of(7, 42)->app, unknown_app);
  EXPECT_EQ(*apps.of(7, 42)->program, number(42));
}

unique_fd held(pid_t process) {
  return unique_fd(static_cast<int>(::syscall(SYS_pidfd_open, process, 0)));
}

TEST(PeerApps, I12_WhatIsReadUnderANumberWhoseProcessHasEndedIsNotBelieved) {
  const support::temporary_folder folder;
  waiting_program app(folder.path() / "app");
  const unique_fd process = held(app.pid());
  ASSERT_TRUE(process);
  const std::string named = app_of(read_process(app.pid()));
  EXPECT_EQ(identify(app.pid(), process.get(), "/nowhere").app, named);
  EXPECT_NE(named, unknown_app);
  app.end();
  // This test's own number stands for the one that another process got meanwhile.
  const peer_app other = identify(::getpid(), process.get(), this_executable());
  EXPECT_EQ(other.app, unknown_app);
  EXPECT_EQ(*other.program, number(::getpid()));
  EXPECT_FALSE(other.decides);
  EXPECT_EQ(identify(::getpid(), -1, this_executable()).app, unknown_app);
}

TEST(PeerApps, OnlyTheCommandBesideTheDaemonDecides) {
  const unique_fd process = held(::getpid());
  EXPECT_TRUE(identify(::getpid(), process.get(), this_executable()).decides);
  EXPECT_FALSE(identify(::getpid(), process.get(), "/usr/bin/latchkey").decides);
  const support::temporary_folder folder;
  const waiting_program namesake(folder.path() / "latchkey");
  const unique_fd other = held(namesake.pid());
  EXPECT_FALSE(identify(namesake.pid(), other.get(), "/usr/bin/latchkey").decides);
  EXPECT_TRUE(identify(namesake.pid(), other.get(), folder.path() / "latchkey").decides);
  EXPECT_EQ(command_beside_daemon().filename(), "latchkey");
  EXPECT_EQ(command_beside_daemon().parent_path(), this_executable().parent_path());
}

// Its path means another file in there, so it is not taken for the command by it.
TEST(PeerApps, WhatRunsInASandboxNeverDecides) {
  const support::temporary_folder folder;
  std::ofstream(folder.path() / ".flatpak-info") << "[Application]\nname=org.example.App\n";
  const support::prepared_process app(
      [&] { return support::enter_namespaces(CLONE_FS) && ::chroot(folder.path().c_str()) == 0; });
  ASSERT_TRUE(app.is_ready()) << "needs root, or namespaces of users";
  const unique_fd process = held(app.pid());
  const peer_app who = identify(app.pid(), process.get(), this_executable());
  EXPECT_EQ(who.app, "flatpak:org.example.App");
  EXPECT_FALSE(who.decides);
}

}  // namespace
}  // namespace latchkey
