#include "daemon/adapters/https_transport.h"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/span_body.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>

#include "core/url.h"
#include "daemon/adapters/http_answer.h"
#include "daemon/adapters/network_fault.h"
#include "daemon/adapters/proxy_tunnel.h"

namespace latchkey {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using tls_stream = beast::ssl_stream<beast::tcp_stream>;
using wire_request = http::request<http::span_body<const char>>;

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);
constexpr std::string_view user_agent = "latchkey/" LATCHKEY_VERSION;

bool holds_line_break(std::string_view text) {
  return text.find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos;
}

// `request` outlives the result, which looks into its body.
result<wire_request> make_wire_request(const http_request& request, const endpoint& where) {
  const std::string_view body = request.body.reveal();
  wire_request wire;
  wire.version(11);
  wire.method_string(request.method);
  wire.target(where.target);
  wire.set(http::field::host, where.host_header);
  wire.set(http::field::user_agent, user_agent);
  wire.set(http::field::accept, "application/json");
  wire.set(http::field::connection, "close");
  for (const auto& [name, value] : request.headers) {
    if (holds_line_break(name) || holds_line_break(value))
      return fault(errc::internal, "a request header for " + printable(where.host) + " holds a line break");
    wire.set(name, value);
  }
  if (holds_line_break(request.authorization.reveal()))
    return fault(errc::internal, "the Authorization for " + printable(where.host) + " holds a line break");
  if (!request.authorization.empty()) wire.set(http::field::authorization, request.authorization.reveal());
  wire.body() = beast::span<const char>(body.data(), body.size());
  if (!body.empty() || request.method == "POST") wire.content_length(body.size());
  return wire;
}

// Sends, and reads up to the end of the answer. `wire` outlives the call; the deadline is the stream's.
template <class Stream>
task<result<http_response>> exchange(Stream& stream, const wire_request& wire, std::string host) {
  const auto [write_error, sent] = co_await http::async_write(stream, wire, as_result);
  if (write_error) co_return exchange_fault(write_error, host);
  co_return co_await read_answer(stream, std::move(host));
}

// Tries each address in turn, each for a while, all within the deadline.
task<result<>> connect(beast::tcp_stream& stream, addresses found, std::chrono::milliseconds patience, deadline until,
                       std::string peer) {
  boost::system::error_code failure = asio::error::timed_out;
  for (const auto& address : found) {
    const auto now = std::chrono::steady_clock::now();
    if (now >= until) break;
    stream.expires_at(std::min(until, now + patience));
    const auto [ec] = co_await stream.async_connect(address, as_result);
    if (!ec || ec == asio::error::operation_aborted) {
      stream.expires_at(until);
      if (!ec) co_return result<>();
      co_return connect_fault(ec, peer);
    }
    failure = ec;
    stream.close();
  }
  co_return connect_fault(failure, peer);
}

https_settings settings_of_environment(std::string ca_file) {
  https_settings settings;
  settings.ca_file = std::move(ca_file);
  settings.proxies = proxy_settings::from_environment();
  return settings;
}

}  // namespace

https_transport::https_transport(asio::any_io_executor executor, std::string ca_file)
    : https_transport(std::move(executor), settings_of_environment(std::move(ca_file))) {}

https_transport::https_transport(asio::any_io_executor executor, https_settings settings)
    : executor_(std::move(executor)), settings_(std::move(settings)), tls_(settings_.ca_file) {}

task<result<http_response>> https_transport::send(http_request request) {
  const deadline until = std::chrono::steady_clock::now() + settings_.total_timeout;
  const auto where = parse_endpoint("address", request.url);
  if (!where) co_return where.error();
  const auto wire = make_wire_request(request, *where);
  if (!wire) co_return wire.error();
  if (where->tls && !settings_.proxies) co_return settings_.proxies.error();
  const proxy_server* const proxy = where->tls ? settings_.proxies->proxy_for(where->host, where->port) : nullptr;

  const std::string& next_host = proxy != nullptr ? proxy->host : where->host;
  const std::uint16_t next_port = proxy != nullptr ? proxy->port : where->port;
  auto found = co_await settings_.look_up(next_host, next_port, until);
  if (!found) co_return found.error();
  beast::tcp_stream stream(executor_);
  const std::string peer = proxy != nullptr ? describe(*proxy) : authority(next_host, next_port);
  const auto connected = co_await connect(stream, std::move(*found), settings_.connect_timeout, until, peer);
  if (!connected) co_return connected.error();
  if (!where->tls) co_return co_await exchange(stream, *wire, where->host);

  if (proxy != nullptr) {
    const auto tunnel = co_await open_tunnel(stream, *proxy, *where, std::string(user_agent));
    if (!tunnel) co_return tunnel.error();
  }
  const auto context = tls_.context();
  if (!context) co_return context.error();
  tls_stream tls(std::move(stream), **context);
  expect_host(tls.native_handle(), where->host);
  const auto [handshake_error] = co_await tls.async_handshake(tls_stream::client, as_result);
  if (handshake_error) co_return handshake_fault(tls.native_handle(), handshake_error, where->host);
  co_return co_await exchange(tls, *wire, where->host);
}

}  // namespace latchkey
