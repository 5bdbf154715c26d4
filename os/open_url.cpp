#include "os/open_url.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <string_view>

extern char** environ;

namespace latchkey {
namespace {

using arguments = std::vector<std::string>;

std::string variable(const char* name) {
  const char* set = std::getenv(name);
  return set == nullptr ? std::string() : std::string(set);
}

bool is_in_path(const std::string& program) {
  std::string_view path;
  const std::string set = variable("PATH");
  path = set.empty() ? std::string_view("/usr/local/bin:/usr/bin:/bin") : std::string_view(set);
  while (!path.empty()) {
    const std::size_t colon = path.find(':');
    const std::string candidate = std::string(path.substr(0, colon)) + "/" + program;
    if (::access(candidate.c_str(), X_OK) == 0) return true;
    path = colon == std::string_view::npos ? std::string_view() : path.substr(colon + 1);
  }
  return false;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (!text.empty()) {
    const std::size_t end = text.find(separator);
    if (end != 0) parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return parts;
}

// What the service manager gave to the daemon alone.
bool is_ours(std::string_view assignment) {
  constexpr std::array<std::string_view, 7> names{
      "LISTEN_FDS=",    "LISTEN_PID=",   "LISTEN_FDNAMES=",       "NOTIFY_SOCKET=",
      "WATCHDOG_USEC=", "WATCHDOG_PID=", "CREDENTIALS_DIRECTORY="};
  return std::ranges::any_of(names, [&](std::string_view name) { return assignment.starts_with(name); });
}

std::optional<mode_t> umask_of_browser;        // Nothing: this process's own.
std::optional<rlim_t> descriptors_of_browser;  // The same.

// In the child, between fork and exec.
void restore_limits_of_browser() {
  if (umask_of_browser) ::umask(*umask_of_browser);
  rlimit open_files{};
  if (!descriptors_of_browser || ::getrlimit(RLIMIT_NOFILE, &open_files) != 0) return;
  open_files.rlim_cur = *descriptors_of_browser;
  [[maybe_unused]] const int failed = ::setrlimit(RLIMIT_NOFILE, &open_files);  // It has more then, which is no harm.
}

// Runs `command` as a grandchild in a session of its own, so that init reaps it. Returns 0, or the errno of exec.
int spawn_detached(const arguments& command) {
  std::vector<char*> argv;
  argv.reserve(command.size() + 1);
  for (const auto& word : command) argv.push_back(const_cast<char*>(word.c_str()));  // NOLINT: execvp does not write
  argv.push_back(nullptr);
  std::vector<char*> environment;
  for (char** each = environ; *each != nullptr; ++each)
    if (!is_ours(*each)) environment.push_back(*each);
  environment.push_back(nullptr);

  std::array<int, 2> report{};
  if (::pipe2(report.data(), O_CLOEXEC) != 0) return errno;
  const pid_t child = ::fork();
  if (child == 0) {
    ::setsid();
    restore_limits_of_browser();
    if (::fork() != 0) ::_exit(0);
    const int nothing = ::open("/dev/null", O_RDWR);
    for (int fd = 0; fd <= 2; ++fd) ::dup2(nothing, fd);
    const int report_fd = ::dup2(report[1], 3);
    ::fcntl(report_fd, F_SETFD, FD_CLOEXEC);
    ::close_range(4, ~0U, 0);
    ::execvpe(argv[0], argv.data(), environment.data());
    const int failed = errno;
    [[maybe_unused]] const ssize_t told = ::write(report_fd, &failed, sizeof failed);
    ::_exit(127);
  }
  const int fork_error = errno;
  ::close(report[1]);
  int failed = child < 0 ? fork_error : 0;
  if (child > 0) {
    while (::waitpid(child, nullptr, 0) < 0 && errno == EINTR) {
    }
    int told = 0;
    if (::read(report[0], &told, sizeof told) == static_cast<ssize_t>(sizeof told)) failed = told;
  }
  ::close(report[0]);
  return failed;
}

}  // namespace

std::vector<arguments> browser_commands(const std::string& browser_variable, const std::string& url) {
  std::vector<arguments> commands;
  for (const std::string_view entry : split(browser_variable, ':')) {
    arguments command;
    bool placed = false;
    for (const std::string_view word : split(entry, ' ')) {
      std::string text(word);
      for (std::size_t at = text.find("%s"); at != std::string::npos; at = text.find("%s", at + url.size())) {
        text.replace(at, 2, url);
        placed = true;
      }
      command.push_back(std::move(text));
    }
    if (command.empty()) continue;
    if (!placed) command.push_back(url);
    commands.push_back(std::move(command));
  }
  return commands;
}

void set_browser_umask(mode_t mask) {
  umask_of_browser = mask;
}

void set_browser_descriptors(rlim_t soft_limit) {
  descriptors_of_browser = soft_limit;
}

bool can_open_url() {
  if (!variable("BROWSER").empty()) return true;
  const bool display = !variable("DISPLAY").empty() || !variable("WAYLAND_DISPLAY").empty();
  return display && is_in_path("xdg-open");
}

result<> open_url(const std::string& url) {
  const std::string chosen = variable("BROWSER");
  std::vector<arguments> commands = browser_commands(chosen, url);
  if (commands.empty()) commands.push_back({"xdg-open", url});
  std::string tried;
  for (const auto& command : commands) {
    const int failed = spawn_detached(command);
    if (failed == 0) return {};
    tried += (tried.empty() ? "" : "; ") + printable(command.front()) + ": " + std::strerror(failed);
  }
  return fault(errc::temporarily_unavailable,
               "no browser could be started (" + tried +
                   "): set BROWSER to one that can, or use --no-browser and open the URL yourself");
}

}  // namespace latchkey
