#include "tests/cli/program.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <stdexcept>

namespace latchkey::cli {
namespace {

constexpr int patience_in_ms = 20'000;

struct pipe_ends {
  unique_fd reader;
  unique_fd writer;
  pipe_ends() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("pipe2");
    reader.reset(ends[0]);
    writer.reset(ends[1]);
  }
};

class pointers {
 public:
  explicit pointers(std::vector<std::string>& texts) {
    all_.reserve(texts.size() + 1);
    for (std::string& each : texts) all_.push_back(each.data());
    all_.push_back(nullptr);
  }
  [[nodiscard]] char** data() { return all_.data(); }

 private:
  std::vector<char*> all_;
};

std::vector<std::string> environment_of(const surroundings& around) {
  std::map<std::string, std::string> all{
      {"PATH", "/usr/local/bin:/usr/bin:/bin"}, {"HOME", "/nonexistent"}, {"TERM", "xterm"}};
  for (const auto& [name, value] : around.environment) all[name] = value;
  std::vector<std::string> texts;
  for (const auto& [name, value] : all) texts.push_back(name + "=" + value);
  return texts;
}

// Appends what is there; false at the end.
bool append(unique_fd& from, std::string& to) {
  std::array<char, 4096> chunk{};
  const ssize_t got = ::read(from.get(), chunk.data(), chunk.size());
  if (got > 0) to.append(chunk.data(), static_cast<std::size_t>(got));
  if (got <= 0) from.reset();
  return got > 0;
}

}  // namespace

program::program(std::vector<std::string> words, const surroundings& around) {
  words.insert(words.begin(), LATCHKEY_PROGRAM);
  words.insert(words.begin(), around.under.begin(), around.under.end());
  pipe_ends in;
  pipe_ends out;
  pipe_ends err;
  // Before anybody reads: the pipe holds it all.
  if (::write(in.writer.get(), around.input.data(), around.input.size()) < 0) throw std::runtime_error("write");
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  const auto give = [&](int chosen, const unique_fd& usual, int as) {
    ::posix_spawn_file_actions_adddup2(&actions, chosen >= 0 ? chosen : usual.get(), as);
  };
  give(around.input_fd, in.reader, STDIN_FILENO);
  give(around.output_fd, out.writer, STDOUT_FILENO);
  give(around.error_fd, err.writer, STDERR_FILENO);
  if (around.output_closed) ::posix_spawn_file_actions_addclose(&actions, STDOUT_FILENO);
  std::vector<std::string> environment = environment_of(around);
  const int failed = ::posix_spawn(&pid_, words.front().c_str(), &actions, nullptr, pointers(words).data(),
                                   pointers(environment).data());
  ::posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) throw std::runtime_error("cannot start " + words.front());
  out_ = std::move(out.reader);
  err_ = std::move(err.reader);
}

program::~program() {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

// False once both ends are closed.
bool program::read_some() {
  std::array<pollfd, 2> waiting{{{out_.get(), POLLIN, 0}, {err_.get(), POLLIN, 0}}};
  if (!out_ && !err_) return false;
  if (::poll(waiting.data(), waiting.size(), patience_in_ms) <= 0)
    throw std::runtime_error("latchkey hangs; so far: " + so_far_.out + so_far_.err);
  if (out_ && waiting[0].revents != 0) append(out_, so_far_.out);
  if (err_ && waiting[1].revents != 0) append(err_, so_far_.err);
  return true;
}

std::string program::line() {
  for (;;) {
    if (const std::size_t end = so_far_.out.find('\n', lines_taken_); end != std::string::npos) {
      const std::string text = so_far_.out.substr(lines_taken_, end - lines_taken_);
      lines_taken_ = end + 1;
      return text;
    }
    if (!read_some()) throw std::runtime_error("latchkey ended without the line; it said: " + so_far_.err);
  }
}

void program::wait_for_error_text(const std::string& text) {
  while (so_far_.err.find(text) == std::string::npos)
    if (!read_some()) throw std::runtime_error("latchkey never said " + text + " but " + so_far_.err);
}

void program::signal(int number) const {
  ::kill(pid_, number);
}

outcome program::wait() {
  while (read_some()) {
  }
  int status = 0;
  ::waitpid(pid_, &status, 0);
  pid_ = -1;
  so_far_.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  return so_far_;
}

surroundings near(const fake_daemon& daemon) {
  surroundings around;
  around.environment["LATCHKEY_SOCKET"] = daemon.socket();
  return around;
}

outcome run_program(std::vector<std::string> words, const surroundings& around) {
  return program(std::move(words), around).wait();
}

std::string read_screen(int screen) {
  std::string shown;
  std::array<char, 4096> chunk{};
  pollfd waiting{screen, POLLIN, 0};
  while (::poll(&waiting, 1, 0) > 0) {
    const ssize_t got = ::read(screen, chunk.data(), chunk.size());
    if (got <= 0) break;
    shown.append(chunk.data(), static_cast<std::size_t>(got));
  }
  return shown;
}

}  // namespace latchkey::cli
