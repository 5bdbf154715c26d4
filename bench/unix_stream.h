// A Unix socket with plain blocking calls, as little as can stand between a benchmark and the kernel. Only for
// benchmarks: it gives up by exception at the first thing that goes wrong.
#pragma once

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

namespace latchkey::bench {

[[noreturn]] inline void give_up(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

class unix_stream {
 public:
  explicit unix_stream(int descriptor) : descriptor_(descriptor) {}
  unix_stream(unix_stream&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  unix_stream& operator=(unix_stream&&) = delete;
  ~unix_stream() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }

  // A stream whose descriptor is below zero, where nobody listens at `path` yet.
  static unix_stream try_connect(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof(address.sun_path) - 1);
    unix_stream made(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    // The cast is the interface of the sockets API.
    if (::connect(made.descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0)
      return unix_stream(-1);
    return made;
  }

  // The same, also where the listen queue is full.
  static unix_stream try_connect_now(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof(address.sun_path) - 1);
    unix_stream made(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (::connect(made.descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0)
      return unix_stream(-1);
    return made;
  }

  // The process that listens at the other end.
  pid_t peer_process() const {
    ucred peer{};
    socklen_t size = sizeof(peer);
    if (::getsockopt(descriptor_, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) give_up("SO_PEERCRED");
    return peer.pid;
  }

  bool is_open() const { return descriptor_ >= 0; }

  void send(std::string_view bytes) const {
    while (!bytes.empty()) {
      const auto sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent < 0) give_up("send");
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
  }

  // False where the other end does not take all of it at once.
  bool send_some(std::string_view bytes) const {
    return ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT) ==
           static_cast<ssize_t>(bytes.size());
  }

  void finish_sending() const { ::shutdown(descriptor_, SHUT_WR); }

  // The bytes that one read gives; none at the end of the stream. They live until the next call.
  std::string_view receive() {
    const auto got = ::read(descriptor_, buffer_, sizeof(buffer_));
    if (got < 0) give_up("read");
    return {buffer_, static_cast<std::size_t>(got)};
  }

  // Reads up to and with the NUL that ends a Varlink message; answers the message's size.
  std::size_t receive_message() {
    for (std::size_t size = 0;;) {
      const auto part = receive();
      if (part.empty()) throw std::runtime_error("the connection ended in the middle of a message");
      size += part.size();
      if (part.back() == '\0') return size;
    }
  }

 private:
  int descriptor_;
  char buffer_[16384];
};

}  // namespace latchkey::bench
