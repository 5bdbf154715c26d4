#include "daemon/hardening.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <string>

#include "os/unique_fd.h"

namespace latchkey {
namespace {

constexpr uid_t nobody = 65534;

enum seen : unsigned { environment = 1, memory = 2, traced = 4 };

// Root may look at everything.
void be_no_root() {
  if (::getuid() != 0) return;
  if (::setgid(nobody) != 0 || ::setuid(nobody) != 0) ::_exit(125);
}

// A process that waits until it is killed.
class victim {
 public:
  explicit victim(bool hardened) {
    std::array<int, 2> ready{};
    EXPECT_EQ(::pipe2(ready.data(), O_CLOEXEC), 0);
    const unique_fd from(ready[0]);
    unique_fd into(ready[1]);
    process_ = ::fork();
    if (process_ == 0) {
      be_no_root();
      ::prctl(PR_SET_DUMPABLE, 1);
      if (hardened) harden_process();
      if (::write(into.get(), "r", 1) != 1) ::_exit(126);
      for (;;) ::pause();
    }
    into = unique_fd();
    char told = 0;
    EXPECT_EQ(::read(from.get(), &told, 1), 1);
  }
  victim(const victim&) = delete;
  victim& operator=(const victim&) = delete;
  ~victim() {
    ::kill(process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
  }
  [[nodiscard]] pid_t process() const noexcept { return process_; }

 private:
  pid_t process_ = -1;
};

bool opens(const std::string& path, int how) {
  const unique_fd file(::open(path.c_str(), how | O_CLOEXEC));
  return static_cast<bool>(file);
}

// What another process of the same user sees of it.
unsigned seen_of(const victim& looked_at) {
  const pid_t looker = ::fork();
  if (looker == 0) {
    be_no_root();
    const std::string proc = "/proc/" + std::to_string(looked_at.process());
    unsigned found = opens(proc + "/environ", O_RDONLY) ? environment : 0U;
    if (opens(proc + "/mem", O_RDWR)) found |= memory;
    if (::ptrace(PTRACE_SEIZE, looked_at.process(), nullptr, nullptr) == 0) found |= traced;
    ::_exit(static_cast<int>(found));
  }
  int status = 0;
  ::waitpid(looker, &status, 0);
  EXPECT_TRUE(WIFEXITED(status));
  return static_cast<unsigned>(WEXITSTATUS(status));
}

TEST(Hardening, P2_NoProcessOfTheSameUserReadsOrTracesIt) {
  // Where Yama keeps processes from tracing others, this much is still to be had of one that is not hardened.
  EXPECT_NE(seen_of(victim(false)) & environment, 0U);
  EXPECT_EQ(seen_of(victim(true)), 0U);
}

}  // namespace
}  // namespace latchkey
