// A socket that sends any bytes and reads what comes, without the client library: what a hostile or a foreign client
// does.
#pragma once

#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>

#include <cerrno>
#include <cstring>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>

#include "os/unique_fd.h"

namespace latchkey::support {

class raw_client {
 public:
  raw_client() : socket_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    if (!socket_) throw std::system_error(errno, std::generic_category(), "socket");
    const timeval patience{10, 0};
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  }
  explicit raw_client(const std::string& path) : raw_client() { connect(path); }

  void connect(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.data(), path.size());
    if (::connect(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
      throw std::system_error(errno, std::generic_category(), "connect");
  }
  /// False where the other end has closed.
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent < 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }
  bool send_message(std::string_view text) { return send(std::string(text) + '\0'); }
  /// The next message, or "closed", or "timeout".
  std::string receive() {
    for (;;) {
      if (const std::size_t nul = received_.find('\0'); nul != std::string::npos) {
        std::string message = received_.substr(0, nul);
        received_.erase(0, nul + 1);
        return message;
      }
      char chunk[65536];
      const ssize_t got = ::recv(socket_.get(), chunk, sizeof chunk, 0);
      if (got < 0 && errno == EAGAIN) return "timeout";
      if (got <= 0) return "closed";
      received_.append(chunk, static_cast<std::size_t>(got));
    }
  }
  /// Sends one call and reads one answer; both as text.
  std::string ask(std::string_view text) {
    send_message(text);
    return receive();
  }
  /// Until there is something to read; reads nothing.
  void wait_for_bytes() {
    char first = 0;
    while (::recv(socket_.get(), &first, 1, MSG_PEEK) < 0 && errno == EINTR) continue;
  }
  void finish_sending() { ::shutdown(socket_.get(), SHUT_WR); }
  [[nodiscard]] int fd() const { return socket_.get(); }

 private:
  unique_fd socket_;
  std::string received_;
};

}  // namespace latchkey::support
