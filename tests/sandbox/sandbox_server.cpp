#include "tests/sandbox/sandbox_server.h"

#include <sys/resource.h>
#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <exception>
#include <iostream>
#include <stdexcept>

#include "core/error.h"

namespace latchkey::sandbox {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;

constexpr auto as_values = asio::as_tuple(asio::use_awaitable);
constexpr std::uint32_t longest_head = 64 * 1024;     // A client's test may send long states; no real head is longer.
constexpr std::uint64_t longest_body = 256UL * 1024;  // A form with a token of 64 KiB fits with room.
constexpr std::chrono::seconds idle_limit{120};       // Longer than a client keeps a connection for reuse.
constexpr std::chrono::milliseconds accept_pause{50};

struct session_context {
  sandbox_api& api;
  request_log log;
};

// Takes the body out of `message`.
request to_value(http::request<http::string_body>& message) {
  const std::string_view target(message.target().data(), message.target().size());
  const std::size_t mark = std::min(target.find('?'), target.size());
  request value;
  value.method = std::string(message.method_string());
  value.path = std::string(target.substr(0, mark));
  value.query = std::string(target.substr(std::min(mark + 1, target.size())));
  value.authorization = std::string(message[http::field::authorization]);
  value.content_type = std::string(message[http::field::content_type]);
  value.api_key = std::string(message["API-Key"]);
  value.api_sign = std::string(message["API-Sign"]);
  value.body = std::move(message.body());
  return value;
}

http::response<http::string_body> to_message(response&& value, const http::request<http::string_body>& asked) {
  http::response<http::string_body> message{static_cast<http::status>(value.status), asked.version()};
  message.set(http::field::server, "latchkey-sandbox");
  if (!value.content_type.empty()) message.set(http::field::content_type, value.content_type);
  for (const auto& [name, text] : value.headers) message.set(name, text);
  message.keep_alive(asked.keep_alive());
  message.body() = asked.method() == http::verb::head ? std::string() : std::move(value.body);
  message.prepare_payload();
  return message;
}

void write_log(const session_context& context, const request& asked, unsigned status) {
  if (context.log == request_log::off) return;
  std::clog << printable(asked.method) << ' ' << printable(asked.path) << ' ' << status << std::endl;
}

asio::awaitable<void> wait(std::chrono::milliseconds duration) {
  asio::steady_timer timer(co_await asio::this_coro::executor, duration);
  co_await timer.async_wait(as_values);
}

// What a read after a token answer says about it. A client that dies with bytes unread resets the connection.
answer_end end_of(const boost::system::error_code& read_fault, tcp::socket& socket) {
  if (read_fault == beast::error::timeout) return answer_end::open;
  // A client that was gone before the answer was sent shows its own close first, and the reset only here.
  int pending = 0;
  socklen_t size = sizeof pending;
  ::getsockopt(socket.native_handle(), SOL_SOCKET, SO_ERROR, &pending, &size);
  const bool is_reset = read_fault == asio::error::connection_reset || pending != 0;
  return is_reset ? answer_end::unread : answer_end::read;
}

// Half closes, waits until the client has closed too, and says whether it had read everything.
asio::awaitable<answer_end> close_both(beast::tcp_stream& stream) {
  boost::system::error_code ignored;  // The peer may have gone first.
  stream.socket().shutdown(tcp::socket::shutdown_send, ignored);
  char byte = 0;
  stream.expires_after(idle_limit);
  const auto [fault, size] = co_await stream.async_read_some(asio::buffer(&byte, 1), as_values);
  co_return end_of(fault, stream.socket());
}

// The client gets ECONNRESET in place of an answer.
void reset(tcp::socket& socket) {
  const asio::socket_base::linger at_once(true, 0);
  boost::system::error_code ignored;  // The peer may be gone already.
  socket.set_option(at_once, ignored);
  socket.close(ignored);
}

// One connection: read, answer, again while it is kept alive. A malformed request ends it.
asio::awaitable<void> serve_connection(beast::tcp_stream stream, session_context context) {
  beast::flat_buffer buffer;
  rotation_log& rotations = context.api.rotations();
  answer_serial tokens = no_tokens;  // Of the last answer, of which nobody knows yet whether it was read.
  for (bool keep = true; keep;) {
    http::request_parser<http::string_body> parser;
    parser.header_limit(longest_head);
    parser.body_limit(longest_body);
    stream.expires_after(idle_limit);
    const auto [read_fault, read] = co_await http::async_read(stream, buffer, parser, as_values);
    if (tokens != no_tokens) rotations.ended(tokens, end_of(read_fault, stream.socket()));
    if (read_fault) co_return;

    http::request<http::string_body> message = parser.release();
    const request asked = to_value(message);
    response value = context.api.answer(asked, std::chrono::steady_clock::now());
    write_log(context, asked, value.status);
    if (value.delay.count() > 0) co_await wait(value.delay);
    if (value.how == delivery::reset) {
      reset(stream.socket());
      co_return;
    }

    tokens = value.tokens;
    const http::response<http::string_body> reply = to_message(std::move(value), message);
    keep = reply.keep_alive();
    stream.expires_after(idle_limit);
    if (tokens != no_tokens) rotations.answered(tokens, std::chrono::steady_clock::now());
    const auto [write_fault, written] = co_await http::async_write(stream, reply, as_values);
    if (write_fault && tokens != no_tokens) rotations.ended(tokens, answer_end::unread);
    if (write_fault) co_return;
  }
  const answer_end how = co_await close_both(stream);
  if (tokens != no_tokens) rotations.ended(tokens, how);
}

void report_exception(const std::exception_ptr& bug) {
  if (!bug) return;
  try {
    std::rethrow_exception(bug);
  } catch (const std::exception& what) {
    std::clog << "latchkey-sandbox: " << what.what() << std::endl;
  }
}

asio::awaitable<void> accept_connections(tcp::acceptor& acceptor, session_context context) {
  for (;;) {
    auto [fault, socket] = co_await acceptor.async_accept(as_values);
    if (fault) {
      // Out of descriptors, or a peer that left: those who are served go on, and the next one is taken later.
      co_await wait(accept_pause);
      continue;
    }
    const tcp::no_delay at_once(true);
    boost::system::error_code ignored;  // The peer may be gone already.
    socket.set_option(at_once, ignored);
    beast::tcp_stream stream(std::move(socket));
    asio::co_spawn(acceptor.get_executor(), serve_connection(std::move(stream), context), report_exception);
  }
}

void allow_many_descriptors() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

// Boost's own message names the lines of its sources.
tcp::acceptor listening(asio::io_context& context, std::uint16_t port) {
  try {
    const tcp::endpoint address(asio::ip::address_v4::loopback(), port);
    tcp::acceptor acceptor(context, address);
    acceptor.listen(asio::socket_base::max_listen_connections);
    return acceptor;
  } catch (const boost::system::system_error& fault) {
    throw std::runtime_error("Cannot listen on 127.0.0.1:" + std::to_string(port) + ": " + fault.code().message());
  }
}

}  // namespace

void serve(sandbox_api& api, const server_settings& settings, const std::function<void(std::uint16_t)>& ready) {
  allow_many_descriptors();
  asio::io_context context(1);
  asio::signal_set signals(context, SIGTERM, SIGINT);
  signals.async_wait([&context](const boost::system::error_code&, int) { context.stop(); });

  tcp::acceptor acceptor = listening(context, settings.port);
  const session_context session{api, settings.log};
  asio::co_spawn(context, accept_connections(acceptor, session), report_exception);
  ready(acceptor.local_endpoint().port());
  context.run();
}

}  // namespace latchkey::sandbox
