#include "daemon/adapters/activation.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstddef>
#include <cstdlib>
#include <cstring>

namespace latchkey {
namespace {

constexpr int first_passed = 3;  // SD_LISTEN_FDS_START
constexpr long most_passed = 1024;

std::string take_variable(const char* name) {
  const char* const value = std::getenv(name);
  std::string taken = value == nullptr ? "" : value;
  ::unsetenv(name);
  return taken;
}

long number(std::string_view text) {
  long value = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
  return failed == std::errc() && end == text.data() + text.size() ? value : -1;
}

fault wrong(std::string_view name, std::string_view what) {
  return {errc::bad_request, "the socket \"" + printable(name) + "\" that the service manager passed " +
                                 std::string(what) +
                                 ": the socket unit must have one ListenStream= with an absolute path, and Accept=no"};
}

bool has_option(int fd, int option, int wanted) {
  int value = 0;
  socklen_t size = sizeof value;
  return ::getsockopt(fd, SOL_SOCKET, option, &value, &size) == 0 && value == wanted;
}

result<> check_owner(const std::string& path) {
  struct stat found {};
  const std::string shown = "the socket " + printable(path) + " that the service manager passed ";
  if (::lstat(path.c_str(), &found) != 0)
    return fault(errc::bad_request, shown + "is not in the file system: " + std::strerror(errno));
  if (found.st_uid != ::geteuid())
    return fault(errc::bad_request, shown + "belongs to uid " + std::to_string(found.st_uid) + ", not to uid " +
                                        std::to_string(::geteuid()) +
                                        ": set User= of the service and SocketUser= of the socket unit to the same");
  if ((found.st_mode & 0022) != 0)
    return fault(errc::bad_request, shown + "is open to others: set SocketMode=0600 in the socket unit");
  return {};
}

}  // namespace

result<std::string> check_passed_socket(int fd, std::string_view name) {
  if (!has_option(fd, SO_DOMAIN, AF_UNIX)) return wrong(name, "is no Unix socket");
  if (!has_option(fd, SO_TYPE, SOCK_STREAM)) return wrong(name, "is no stream socket");
  if (!has_option(fd, SO_ACCEPTCONN, 1)) return wrong(name, "does not listen");
  sockaddr_un address{};
  socklen_t size = sizeof address;
  if (::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) return wrong(name, std::strerror(errno));
  if (size <= offsetof(sockaddr_un, sun_path) || address.sun_path[0] != '/')
    return wrong(name, "has no path in the file system");
  std::string path(address.sun_path, ::strnlen(address.sun_path, sizeof address.sun_path));
  if (auto checked = check_owner(path); !checked) return checked.error();
  return path;
}

result<std::optional<passed_socket>> take_passed_socket() {
  const std::string pid = take_variable("LISTEN_PID");
  const long count = number(take_variable("LISTEN_FDS"));
  const std::string names = take_variable("LISTEN_FDNAMES");
  // Somebody further up was given sockets, and we have inherited what told of them.
  if (number(pid) != ::getpid() || count == 0) return std::optional<passed_socket>();
  for (int fd = first_passed; fd < first_passed + std::min(count, most_passed); ++fd) ::fcntl(fd, F_SETFD, FD_CLOEXEC);
  const std::string name = names.empty() ? "unknown" : names.substr(0, names.find(':'));
  if (count != 1)
    return fault(errc::bad_request, "the service manager passed " + std::to_string(count) + " sockets (" +
                                        printable(names) + "): latchkeyd takes one");
  auto path = check_passed_socket(first_passed, name);
  if (!path) return path.error();
  return std::optional(passed_socket{unique_fd(first_passed), std::move(*path)});
}

}  // namespace latchkey
