#include "cli/program_output.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstddef>

#include "os/unique_fd.h"

namespace latchkey::cli {
namespace {

constexpr std::size_t most = 64UL * 1024;

// The child's process number; nothing where it could not be started.
std::optional<pid_t> start(std::vector<std::string>& words, int output) {
  std::vector<char*> arguments;
  arguments.reserve(words.size() + 1);
  for (std::string& each : words) arguments.push_back(each.data());
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  ::posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
  pid_t child = -1;
  const int failed = ::posix_spawnp(&child, arguments.front(), &actions, nullptr, arguments.data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) return std::nullopt;
  return child;
}

// Everything up to the end of the output; nothing where that does not come in time, or is too much.
std::optional<std::string> read_all(int from, std::chrono::milliseconds patience) {
  const auto until = std::chrono::steady_clock::now() + patience;
  std::string text;
  std::array<char, 4096> part{};
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
    pollfd waiting{from, POLLIN, 0};
    if (left.count() <= 0 || ::poll(&waiting, 1, static_cast<int>(left.count())) <= 0) return std::nullopt;
    const ssize_t bytes = ::read(from, part.data(), part.size());
    if (bytes == 0) return text;
    if (bytes < 0 || text.size() + static_cast<std::size_t>(bytes) > most) return std::nullopt;
    text.append(part.data(), static_cast<std::size_t>(bytes));
  }
}

}  // namespace

std::optional<std::string> program_output(std::vector<std::string> words, std::chrono::milliseconds patience) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return std::nullopt;
  const unique_fd reader(ends[0]);
  unique_fd writer(ends[1]);
  const auto child = start(words, writer.get());
  writer.reset();
  if (!child) return std::nullopt;
  auto text = read_all(reader.get(), patience);
  if (!text) ::kill(*child, SIGKILL);
  int status = 0;
  if (::waitpid(*child, &status, 0) != *child || !WIFEXITED(status) || WEXITSTATUS(status) != 0) return std::nullopt;
  return text;
}

}  // namespace latchkey::cli
