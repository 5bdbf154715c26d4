#include "daemon/peer_names.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <filesystem>

#include "os/unique_fd.h"
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
std::string this_program() {
  return fs::read_symlink("/proc/self/exe").string() + " (" + number(::getpid()) + ")";
}

TEST(PeerNames, TellsTheProgramAndItsNumber) {
  EXPECT_EQ(program_of(::getpid()), this_program());
}

TEST(PeerNames, TheLatchkeyCommandStandsForWhoeverStartedIt) {
  const support::temporary_folder folder;
  const waiting_program command(folder.path() / "latchkey");
  EXPECT_EQ(program_of(command.pid()), this_program() + " through latchkey");
}

TEST(PeerNames, AProgramThatWasReplacedWhileItRunsHasItsOldName) {
  const support::temporary_folder folder;
  const waiting_program app(folder.path() / "app");
  fs::remove(folder.path() / "app");
  EXPECT_EQ(program_of(app.pid()), (folder.path() / "app").string() + " (" + number(app.pid()) + ")");
}

TEST(PeerNames, C3_AHostileProgramNameCannotForgeALine) {
  const support::temporary_folder folder;
  const waiting_program app(folder.path() / "a\n) S 1 \x1B[2J");
  EXPECT_EQ(program_of(app.pid()), folder.path().string() + "/a\\x0A) S 1 \\x1B[2J (" + number(app.pid()) + ")");
}

TEST(PeerNames, AProcessThatIsGoneIsANumber) {
  const support::temporary_folder folder;
  waiting_program app(folder.path() / "app");
  const pid_t gone = app.end();
  EXPECT_EQ(program_of(gone), number(gone));
}

TEST(PeerNames, LooksOnceAConnection) {
  const support::temporary_folder folder;
  waiting_program app(folder.path() / "app");
  peer_names names;
  const auto first = names.of(7, app.pid());
  const pid_t gone = app.end();
  EXPECT_EQ(names.of(7, gone).get(), first.get());
  names.forget(7);
  EXPECT_EQ(*names.of(7, gone), number(gone));
}

}  // namespace
}  // namespace latchkey
