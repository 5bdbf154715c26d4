// A process of a test's own that is not what the test is: another program, another root, other mounts.
#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <functional>

#include "os/unique_fd.h"

namespace latchkey::support {

/// A process that has prepared itself, by becoming another program or otherwise, and waits until the test lets go.
class prepared_process {
 public:
  explicit prepared_process(const std::function<bool()>& prepare) {
    std::array<int, 2> input{};
    std::array<int, 2> told{};
    EXPECT_EQ(::pipe2(input.data(), O_CLOEXEC), 0);
    EXPECT_EQ(::pipe2(told.data(), O_CLOEXEC), 0);
    unique_fd reader(input[0]);
    unique_fd teller(told[1]);
    const unique_fd listener(told[0]);
    writer_ = unique_fd(input[1]);
    pid_ = ::fork();
    if (pid_ == 0) {
      writer_.reset();
      ::dup2(reader.get(), STDIN_FILENO);
      char byte = prepare() ? 'y' : 'n';
      if (::write(teller.get(), &byte, 1) == 1) (void)!::read(STDIN_FILENO, &byte, 1);
      ::_exit(0);
    }
    teller.reset();
    char byte = 'y';  // Nothing is told by what becomes another program: that closes the pipe.
    is_ready_ = ::read(listener.get(), &byte, 1) >= 0 && byte == 'y';
  }
  prepared_process(const prepared_process&) = delete;
  prepared_process& operator=(const prepared_process&) = delete;
  ~prepared_process() {
    writer_.reset();
    ::waitpid(pid_, nullptr, 0);
  }
  [[nodiscard]] bool is_ready() const { return is_ready_; }
  [[nodiscard]] pid_t pid() const { return pid_; }

 private:
  unique_fd writer_;
  pid_t pid_ = -1;
  bool is_ready_ = false;
};

/// Namespaces of its own: root makes them as they are, others need one of users, too.
inline bool enter_namespaces(int which) {
  return ::unshare(which | (::geteuid() == 0 ? 0 : CLONE_NEWUSER)) == 0;
}

}  // namespace latchkey::support
