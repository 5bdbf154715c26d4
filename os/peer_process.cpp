#include "os/peer_process.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <string>

namespace latchkey {
namespace {

// Newer than the headers of Debian 12, and than kernels before 6.5. The same number on every architecture but parisc
// and sparc, where the call fails and pidfd_open(2) does.
#ifndef SO_PEERPIDFD
constexpr int SO_PEERPIDFD = 77;
#endif

constexpr std::size_t longest_text =
    64 * 1024;  // A cgroup path has at most 4096 bytes, a .flatpak-info a few thousand.

bool same_file(const struct stat& left, const struct stat& right) {
  return left.st_dev == right.st_dev && left.st_ino == right.st_ino;
}

bool same_mounts(const std::string& proc) {
  struct stat theirs {};
  struct stat ours {};
  return ::stat((proc + "/ns/mnt").c_str(), &theirs) == 0 && ::stat("/proc/self/ns/mnt", &ours) == 0 &&
         same_file(theirs, ours);
}

std::string executable_of(const std::string& proc) {
  const std::string link = proc + "/exe";
  std::error_code hidden;
  std::string path = std::filesystem::read_symlink(link, hidden).native();
  struct stat running {};
  struct stat found {};
  if (path.empty() || ::stat(link.c_str(), &running) != 0) return {};
  if (::stat(path.c_str(), &found) == 0 && same_file(running, found)) return path;
  constexpr std::string_view replaced = " (deleted)";  // By an update, while it runs.
  if (!path.ends_with(replaced) || path.starts_with("/memfd:") || !same_mounts(proc)) return {};
  path.resize(path.size() - replaced.size());
  return path;
}

// Nothing where there is no such regular file, or it cannot be read.
std::optional<std::string> text_of(const std::string& path) {
  const unique_fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY));
  struct stat about {};
  if (!file || ::fstat(file.get(), &about) != 0 || !S_ISREG(about.st_mode)) return std::nullopt;
  std::string text;
  std::array<char, 4096> piece{};
  while (text.size() < longest_text) {
    const ssize_t bytes = ::read(file.get(), piece.data(), piece.size());
    if (bytes < 0) return std::nullopt;
    if (bytes == 0) break;
    text.append(piece.data(), static_cast<std::size_t>(bytes));
  }
  return text;
}

}  // namespace

unique_fd hold_peer(int socket, pid_t process) {
  int held = -1;
  socklen_t size = sizeof held;
  if (::getsockopt(socket, SOL_SOCKET, SO_PEERPIDFD, &held, &size) == 0) return unique_fd(held);
  if (errno != ENOPROTOOPT || process <= 0) return {};
  return unique_fd(static_cast<int>(::syscall(SYS_pidfd_open, process, 0)));
}

bool still_runs(int pidfd) {
  pollfd watched{pidfd, POLLIN, 0};
  return ::poll(&watched, 1, 0) == 0;
}

process_facts read_process(pid_t process) {
  const std::string proc = "/proc/" + std::to_string(process);
  process_facts facts;
  facts.executable = executable_of(proc);
  facts.control_groups = text_of(proc + "/cgroup").value_or("");
  facts.flatpak_info = text_of(proc + "/root/.flatpak-info");
  return facts;
}

}  // namespace latchkey
