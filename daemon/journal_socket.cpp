#include "daemon/journal_socket.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <cerrno>
#include <cstdint>

namespace latchkey {

std::string encode_journal_entry(std::span<const journal_field> fields) {
  std::string entry;
  for (const auto& [name, value] : fields) {
    entry += name;
    if (value.find('\n') == std::string_view::npos) {
      entry += '=';
    } else {
      entry += '\n';
      for (std::size_t left = value.size(), byte = 0; byte < sizeof(std::uint64_t); ++byte, left >>= 8U)
        entry += static_cast<char>(left & 0xffU);
    }
    entry += value;
    entry += '\n';
  }
  return entry;
}

bool leads_to_journal(int fd, const char* stream) {
  struct stat found {};
  if (stream == nullptr || ::fstat(fd, &found) != 0) return false;
  return std::to_string(found.st_dev) + ":" + std::to_string(found.st_ino) == stream;
}

bool journal_socket::send(std::span<const journal_field> fields) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path_.size() >= sizeof address.sun_path) return false;
  path_.copy(address.sun_path, path_.size());
  if (!socket_) socket_.reset(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  const std::string entry = encode_journal_entry(fields);
  // Not connected, so that a journal that was restarted is found again.
  const auto* const to = reinterpret_cast<const sockaddr*>(&address);
  ssize_t sent = -1;
  do sent = ::sendto(socket_.get(), entry.data(), entry.size(), MSG_NOSIGNAL, to, sizeof address);
  while (sent < 0 && errno == EINTR);
  return sent == static_cast<ssize_t>(entry.size());
}

}  // namespace latchkey
