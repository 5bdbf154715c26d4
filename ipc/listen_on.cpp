#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <optional>

#include "ipc/varlink_server.h"
#include "os/files.h"

namespace latchkey::varlink {
namespace {

fault in_the_way(const std::string& path, std::string_view what) {
  return {errc::bad_request, "cannot listen on " + printable(path) + ": " + std::string(what)};
}

fault system_fault(const std::string& path) {
  return in_the_way(path, std::strerror(errno));
}

unique_fd new_socket() {
  return unique_fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
}

const sockaddr* generic(const sockaddr_un& address) {
  return reinterpret_cast<const sockaddr*>(&address);
}

// Removes a socket that nothing answers on; anything else stays and is said.
result<> clear(const std::string& path, const sockaddr_un& address) {
  struct stat found {};
  if (::lstat(path.c_str(), &found) != 0) {
    if (errno == ENOENT) return {};
    return system_fault(path);
  }
  if (S_ISLNK(found.st_mode)) return in_the_way(path, "it is a symbolic link; remove it");
  if (!S_ISSOCK(found.st_mode)) return in_the_way(path, "it is no socket; move it away");
  const unique_fd probe = new_socket();
  if (!probe) return system_fault(path);
  const bool answered = ::connect(probe.get(), generic(address), sizeof address) == 0 || errno == EAGAIN;
  if (answered) return in_the_way(path, "another latchkeyd answers there");
  if (errno != ECONNREFUSED || ::unlink(path.c_str()) != 0) return system_fault(path);
  return {};
}

}  // namespace

result<unique_fd> listen_on(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof address.sun_path || path.find('\0') != std::string::npos)
    return in_the_way(path, "a socket's path has 1 to 107 bytes");
  std::memcpy(address.sun_path, path.data(), path.size());
  const auto folder = std::filesystem::absolute(path).parent_path();
  if (auto made = make_private_folder(folder); !made) return made.error();
  if (auto cleared = clear(path, address); !cleared) return cleared.error();

  unique_fd listening = new_socket();
  // The socket takes its mode from the descriptor, so it is never open to others, not even for a moment.
  if (!listening || ::fchmod(listening.get(), 0600) != 0) return system_fault(path);
  if (::bind(listening.get(), generic(address), sizeof address) != 0) return system_fault(path);
  if (::listen(listening.get(), SOMAXCONN) != 0) return system_fault(path);
  return listening;
}

}  // namespace latchkey::varlink
