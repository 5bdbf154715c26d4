#include "daemon/adapters/proxy_tunnel.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>

#include "core/limits.h"
#include "daemon/adapters/network_fault.h"

namespace latchkey {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);

fault refusal(unsigned status, const proxy_server& proxy, const std::string& target) {
  std::string why = describe(proxy);
  if (status != 407)
    why += " refused to connect to " + printable(target) + " (HTTP status " + std::to_string(status) +
           "): ask whoever runs the proxy, or name the host in NO_PROXY";
  else if (proxy.authorization.empty())
    why += " wants a user name and a password: write them into HTTPS_PROXY as http://USER:PASSWORD@HOST:PORT";
  else
    why += " did not accept the user name and password in HTTPS_PROXY";
  return {errc::temporarily_unavailable, why};
}

}  // namespace

std::string authority(std::string_view host, std::uint16_t port) {
  const bool ipv6 = host.find(':') != std::string_view::npos;
  return (ipv6 ? "[" + std::string(host) + "]" : std::string(host)) + ":" + std::to_string(port);
}

std::string describe(const proxy_server& proxy) {
  return "the proxy " + authority(proxy.host, proxy.port) + " (HTTPS_PROXY)";
}

task<result<>> open_tunnel(beast::tcp_stream& stream, const proxy_server& proxy, const endpoint& target,
                           std::string user_agent) {
  const std::string where = authority(target.host, target.port);
  http::request<http::empty_body> ask(http::verb::connect, where, 11);
  ask.set(http::field::host, where);
  ask.set(http::field::user_agent, user_agent);
  if (!proxy.authorization.empty()) ask.set(http::field::proxy_authorization, proxy.authorization.reveal());
  const auto [write_error, sent] = co_await http::async_write(stream, ask, as_result);
  if (write_error) co_return exchange_fault(write_error, describe(proxy));

  beast::flat_buffer buffer(limits::http_headers);
  http::response_parser<http::empty_body> answer;
  answer.header_limit(limits::http_headers);
  answer.skip(true);  // A 2xx answer to CONNECT has no body (RFC 9110 §9.3.6); that of a refusal is not read.
  const auto [read_error, received] = co_await http::async_read_header(stream, buffer, answer, as_result);
  if (read_error) co_return exchange_fault(read_error, describe(proxy));
  const unsigned status = answer.get().result_int();
  if (status / 100 != 2) co_return refusal(status, proxy, where);
  if (buffer.size() != 0)
    co_return fault(errc::temporarily_unavailable, describe(proxy) + " sent bytes of its own into the tunnel");
  co_return result<>();
}

}  // namespace latchkey
