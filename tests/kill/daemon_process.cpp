#include "tests/kill/daemon_process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include <array>
#include <cerrno>
#include <stdexcept>
#include <system_error>

namespace latchkey::kill_test {
namespace {

[[noreturn]] void become(const char* program, char* const* environment, int errors) {
  const std::array<char*, 2> arguments{const_cast<char*>(program), nullptr};
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::dup2(errors, STDERR_FILENO);
  ::execve(program, arguments.data(), environment);
  ::_exit(127);
}

}  // namespace

daemon_process::daemon_process(std::vector<std::string> environment) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::system_error(errno, std::generic_category(), "pipe2");
  errors_.reset(ends[0]);
  const unique_fd writing(ends[1]);
  std::vector<char*> variables;
  for (std::string& each : environment) variables.push_back(each.data());
  variables.push_back(nullptr);
  pid_ = ::fork();
  if (pid_ < 0) throw std::system_error(errno, std::generic_category(), "fork");
  if (pid_ == 0) become(LATCHKEY_DAEMON_PROGRAM, variables.data(), writing.get());
  wait_until_ready();
}

daemon_process::~daemon_process() {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

bool daemon_process::read_more() {
  std::array<char, 4096> chunk{};
  const ssize_t got = ::read(errors_.get(), chunk.data(), chunk.size());
  if (got <= 0) return false;
  log_.append(chunk.data(), static_cast<std::size_t>(got));
  return true;
}

void daemon_process::wait_until_ready() {
  while (log_.find("ready on") == std::string::npos)
    if (!read_more()) throw std::runtime_error("latchkeyd did not start: " + log_);
}

moment daemon_process::kill() {
  const moment when = std::chrono::steady_clock::now();
  ::kill(pid_, SIGKILL);
  int status = 0;
  ::waitpid(pid_, &status, 0);
  pid_ = -1;
  if (!WIFSIGNALED(status)) throw std::runtime_error("latchkeyd ended by itself: " + log());
  return when;
}

std::string daemon_process::log() {
  while (read_more()) continue;
  return log_;
}

}  // namespace latchkey::kill_test
