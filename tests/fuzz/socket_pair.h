// One end of a connection for code that reads from a network, and all that its peer ever says.
#pragma once

#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <string>
#include <string_view>

#include "os/unique_fd.h"
#include "tests/fuzz/input.h"

namespace latchkey::fuzz {

class socket_pair {
 public:
  /// The peer says `bytes` and then no more; it goes on listening. Longer ones than fit into the socket are cut.
  explicit socket_pair(std::string_view bytes) : stream_(io_) {
    std::array<int, 2> ends{};
    require(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends.data()) == 0);
    peer_.reset(ends[0]);
    // Nothing that is done with the stream asks what kind of socket it is.
    stream_.socket().assign(boost::asio::ip::tcp::v4(), ends[1]);
    static_cast<void>(::send(peer_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL));
    ::shutdown(peer_.get(), SHUT_WR);
  }

  boost::asio::io_context& io() noexcept { return io_; }
  boost::beast::tcp_stream& stream() noexcept { return stream_; }
  /// What the peer was told, up to 64 KiB of it.
  std::string heard() const {
    std::string text(std::size_t{64} * 1024, '\0');
    const ssize_t got = ::recv(peer_.get(), text.data(), text.size(), MSG_DONTWAIT);
    text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    return text;
  }

 private:
  boost::asio::io_context io_{1};
  boost::beast::tcp_stream stream_;
  unique_fd peer_;
};

}  // namespace latchkey::fuzz
