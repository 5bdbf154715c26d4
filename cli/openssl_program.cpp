#include "cli/openssl_program.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "cli/failure.h"

extern char** environ;

namespace latchkey::cli {
namespace {

constexpr std::size_t longest_output = std::size_t{64} * 1024;

[[noreturn]] void fail_here(std::string_view doing) {
  fail(errc::internal, "cannot " + std::string(doing) + ": " + std::strerror(errno));
}

unique_fd file_in_memory(const char* name) {
  unique_fd file(::memfd_create(name, MFD_CLOEXEC));
  if (!file) fail_here("make a file in memory");
  return file;
}

// The reading end of a pipe that holds `text` and has been closed behind it: it is far shorter than a pipe is.
unique_fd filled_pipe(std::string_view text) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) fail_here("make a pipe");
  unique_fd reader(ends[0]);
  const unique_fd writer(ends[1]);
  if (::write(writer.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size())) fail_here("fill a pipe");
  return reader;
}

class spawn_settings {
 public:
  spawn_settings() {
    ::posix_spawn_file_actions_init(&actions_);
    ::posix_spawnattr_init(&attributes_);
    // This command ignores SIGPIPE, and an ignored signal is inherited.
    sigset_t usual{};
    ::sigemptyset(&usual);
    ::sigaddset(&usual, SIGPIPE);
    ::posix_spawnattr_setsigdefault(&attributes_, &usual);
    ::posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGDEF);
  }
  spawn_settings(const spawn_settings&) = delete;
  spawn_settings& operator=(const spawn_settings&) = delete;
  ~spawn_settings() {
    ::posix_spawn_file_actions_destroy(&actions_);
    ::posix_spawnattr_destroy(&attributes_);
  }

  void give(const unique_fd& file, int as) { ::posix_spawn_file_actions_adddup2(&actions_, file.get(), as); }

  // 0, or the errno that says why not.
  int run(std::vector<std::string>& words, pid_t& child) {
    std::vector<char*> pointers;
    pointers.reserve(words.size() + 1);
    for (std::string& each : words) pointers.push_back(each.data());
    pointers.push_back(nullptr);
    return ::posix_spawnp(&child, pointers.front(), &actions_, &attributes_, pointers.data(), environ);
  }

 private:
  posix_spawn_file_actions_t actions_{};
  posix_spawnattr_t attributes_{};
};

int wait_for(pid_t child) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

// OpenSSL's queue of errors says the cause first.
std::string first_line(const std::string& text) {
  return printable(std::string_view(text).substr(0, text.find('\n')));
}

}  // namespace

unique_fd run_openssl(std::vector<std::string> words, const unique_fd& input, const secret& passphrase) {
  unique_fd printed = file_in_memory("openssl-output");
  const unique_fd complaint = file_in_memory("openssl-errors");
  const unique_fd secret_pipe = filled_pipe(passphrase.reveal());
  const unique_fd nothing(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  spawn_settings settings;
  settings.give(input ? input : nothing, STDIN_FILENO);
  settings.give(printed, STDOUT_FILENO);
  settings.give(complaint, STDERR_FILENO);
  settings.give(secret_pipe, passphrase_fd);  // Last: a file from above may have this number.
  words.insert(words.begin(), "openssl");
  pid_t child = -1;
  const int failed = settings.run(words, child);
  if (failed == ENOENT)
    fail(errc::internal, "there is no openssl program, which makes the keys: install the package openssl");
  if (failed != 0) fail(errc::internal, std::string("cannot run openssl: ") + std::strerror(failed));
  const int status = wait_for(child);
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
    fail(errc::internal, "openssl " + words[1] + " failed: " + first_line(content_of(complaint)));
  ::lseek(printed.get(), 0, SEEK_SET);
  return printed;
}

std::string content_of(const unique_fd& file) {
  std::string text(longest_output, '\0');
  const ssize_t got = ::pread(file.get(), text.data(), text.size(), 0);
  text.resize(got < 0 ? 0 : static_cast<std::size_t>(got));
  return text;
}

}  // namespace latchkey::cli
