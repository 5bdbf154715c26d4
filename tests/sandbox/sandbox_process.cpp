#include "tests/sandbox/sandbox_process.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "os/unique_fd.h"

namespace latchkey::sandbox {
namespace {

std::string first_line(int descriptor) {
  std::string line;
  char character = '\0';
  while (::read(descriptor, &character, 1) == 1 && character != '\n') line += character;
  return line;
}

struct outputs {
  int standard_output;
  std::string error_file;
};

pid_t spawn(const std::string& program, const std::vector<std::string>& options, const outputs& to) {
  std::vector<std::string> words{program};
  words.insert(words.end(), options.begin(), options.end());
  std::vector<char*> arguments;
  arguments.reserve(words.size() + 1);
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);

  posix_spawn_file_actions_t actions{};
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, to.standard_output, STDOUT_FILENO);
  if (!to.error_file.empty()) {
    ::posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, to.error_file.c_str(), O_WRONLY | O_CREAT, 0600);
  }
  pid_t pid = -1;
  const int fault = ::posix_spawn(&pid, program.c_str(), &actions, nullptr, arguments.data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  if (fault != 0) throw std::runtime_error("cannot start " + program);
  return pid;
}

}  // namespace

sandbox_process::sandbox_process(const std::string& program, const std::vector<std::string>& options,
                                 const std::string& error_file) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("pipe2");
  const unique_fd reading(ends[0]);
  unique_fd writing(ends[1]);
  const outputs to{writing.get(), error_file};
  pid_ = spawn(program, options, to);
  writing.reset();  // So that the read below ends with the program.
  ready_line_ = first_line(reading.get());
  const auto ready = nlohmann::json::parse(ready_line_, nullptr, false);
  if (!ready.is_object() || !ready.contains("port")) {
    terminate(SIGKILL);
    throw std::runtime_error("latchkey-sandbox did not start: " + ready_line_);
  }
  port_ = ready["port"].get<std::uint16_t>();
}

sandbox_process::~sandbox_process() {
  if (pid_ > 0) terminate(SIGTERM);
}

int sandbox_process::terminate(int signal) {
  int status = 0;
  ::kill(pid_, signal);
  ::waitpid(pid_, &status, 0);
  pid_ = -1;
  return status;
}

}  // namespace latchkey::sandbox
