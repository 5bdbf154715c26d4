#include "tests/kill/daemon_process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include <array>
#include <cerrno>
#include <fstream>
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
  unique_fd writing(ends[1]);
  std::vector<char*> variables;
  for (std::string& each : environment) variables.push_back(each.data());
  variables.push_back(nullptr);
  pid_ = ::fork();
  if (pid_ < 0) throw std::system_error(errno, std::generic_category(), "fork");
  if (pid_ == 0) become(LATCHKEY_DAEMON_PROGRAM, variables.data(), writing.get());
  writing.reset();  // So that the end of the program is the end of what it says.
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

std::chrono::nanoseconds daemon_process::waited_for_processor() const {
  std::ifstream statistics("/proc/" + std::to_string(pid_) + "/schedstat");
  std::int64_t ran = 0;
  std::int64_t waited = 0;
  statistics >> ran >> waited;
  return std::chrono::nanoseconds(statistics ? waited : 0);
}

death daemon_process::kill() {
  death seen{std::chrono::steady_clock::now()};
  ::kill(pid_, SIGKILL);
  siginfo_t how{};
  ::waitid(P_PID, static_cast<id_t>(pid_), &how, WEXITED | WNOWAIT);  // Its statistics go with what is left of it.
  seen.waited = waited_for_processor();
  ::waitpid(pid_, nullptr, 0);
  pid_ = -1;
  if (how.si_code != CLD_KILLED) throw std::runtime_error("latchkeyd ended by itself: " + log());
  return seen;
}

std::string daemon_process::log() {
  while (read_more()) continue;
  return log_;
}

}  // namespace latchkey::kill_test
