// A server on 127.0.0.1 that does to each connection what the test's script says, on the test's io_context. With an
// identity it speaks TLS before the script begins.
#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <functional>
#include <string>
#include <string_view>

#include "daemon/ports.h"

namespace latchkey::testing_net {

namespace asio = boost::asio;
using asio::ip::tcp;
using tls_socket = asio::ssl::stream<tcp::socket>;

/// The head and, by its Content-Length, the body of one request.
template <class Stream>
task<std::string> read_request(Stream& stream) {
  std::string text;
  const auto head =
      co_await asio::async_read_until(stream, asio::dynamic_buffer(text), "\r\n\r\n", asio::use_awaitable);
  constexpr std::string_view field = "Content-Length: ";
  const auto at = text.find(field);
  const std::size_t body = at < head ? std::stoul(text.substr(at + field.size())) : 0;
  if (text.size() < head + body)
    co_await asio::async_read(stream, asio::dynamic_buffer(text), asio::transfer_exactly(head + body - text.size()),
                              asio::use_awaitable);
  co_return text;
}

template <class Stream>
task<> write_text(Stream& stream, std::string text) {
  co_await asio::async_write(stream, asio::buffer(text), asio::use_awaitable);
}

/// Everything up to the peer's end of the connection.
template <class Stream>
task<std::string> read_all(Stream& stream) {
  std::string text;
  co_await asio::async_read(stream, asio::dynamic_buffer(text), asio::as_tuple(asio::use_awaitable));
  co_return text;
}

/// "HTTP/1.1 `status_and_headers`", Content-Length, and the body.
inline std::string http_answer(const std::string& status_and_headers, const std::string& body) {
  return "HTTP/1.1 " + status_and_headers + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

class scripted_server {
 public:
  using script = std::function<task<>(tcp::socket&)>;

  scripted_server(asio::io_context& io, script each)
      : acceptor_(io, tcp::endpoint(asio::ip::address_v4::loopback(), 0)), script_(std::move(each)) {
    asio::co_spawn(io, accept_all(), asio::detached);
  }
  scripted_server(const scripted_server&) = delete;
  scripted_server& operator=(const scripted_server&) = delete;

  /// Reads one request, keeps it in requests, answers with `text`, and closes.
  static script answering(std::string text, std::vector<std::string>& requests) {
    return [text, &requests](tcp::socket& socket) -> task<> {
      requests.push_back(co_await read_request(socket));
      co_await write_text(socket, text);
    };
  }

  [[nodiscard]] std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
  [[nodiscard]] std::string url(const std::string& target) const {
    return "http://127.0.0.1:" + std::to_string(port()) + target;
  }
  [[nodiscard]] int connections() const { return connections_; }

 private:
  task<> accept_all() {
    for (;;) {
      tcp::socket socket = co_await acceptor_.async_accept(asio::use_awaitable);
      ++connections_;
      // A script whose client goes away ends by an exception: that is what the test is about.
      asio::co_spawn(acceptor_.get_executor(), play(std::move(socket)), asio::detached);
    }
  }
  task<> play(tcp::socket socket) { co_await script_(socket); }

  tcp::acceptor acceptor_;
  script script_;
  int connections_ = 0;
};

}  // namespace latchkey::testing_net
