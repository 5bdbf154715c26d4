// Another program, started by a test and ended with it.
#pragma once

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>
#include <vector>

#include "os/unique_fd.h"

namespace latchkey::support {

class child_process {
 public:
  /// Starts argv[0] with what it writes to stdout caught.
  explicit child_process(std::vector<std::string> arguments) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) throw std::system_error(errno, std::generic_category(), "pipe2");
    output_.reset(ends[0]);
    const unique_fd write_end(ends[1]);
    std::vector<char*> argv;
    for (std::string& each : arguments) argv.push_back(each.data());
    argv.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, write_end.get(), STDOUT_FILENO);
    const int failed = ::posix_spawn(&pid_, argv[0], &actions, nullptr, argv.data(), environ);
    ::posix_spawn_file_actions_destroy(&actions);
    if (failed != 0) throw std::system_error(failed, std::generic_category(), arguments[0]);
  }
  child_process(const child_process&) = delete;
  child_process& operator=(const child_process&) = delete;
  ~child_process() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    wait();
  }

  /// All it writes, until it ends or closes its stdout.
  std::string read_all() {
    std::string text;
    char chunk[4096];
    for (ssize_t got = 1; got != 0;) {
      got = ::read(output_.get(), chunk, sizeof chunk);
      if (got > 0) text.append(chunk, static_cast<std::size_t>(got));
      if (got < 0 && errno != EINTR) break;
    }
    return text;
  }
  /// Waits for its end: the exit status, or -1 where a signal ended it.
  int wait() {
    int status = 0;
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) continue;
    pid_ = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

 private:
  unique_fd output_;
  pid_t pid_ = 0;
};

}  // namespace latchkey::support
