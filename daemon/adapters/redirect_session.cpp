#include "daemon/adapters/redirect_session.h"

#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <exception>
#include <utility>

namespace latchkey {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using request_parser = http::request_parser<http::empty_body>;
using page_response = http::response<http::string_body>;

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t goodbye_bytes = 256UL * 1024;  // As much unread body as is swallowed so that the page arrives.

redirect_answer refusal_page(unsigned status, std::string_view reason) {
  redirect_answer answer;
  answer.status = status;
  answer.page =
      "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Latchkey</title></head><body><p>" +
      std::string(reason) + "</p></body></html>\n";
  return answer;
}

redirect_request take_request(const request_parser& parser) {
  const auto& message = parser.get();
  redirect_request request;
  request.method = std::string(message.method_string());
  request.target = std::string(message.target());
  for (const auto& field : message)
    request.headers.push_back({std::string(field.name_string()), std::string(field.value())});
  const auto length = parser.content_length();
  request.has_body = message.find(http::field::transfer_encoding) != message.end() || (length && *length > 0);
  return request;
}

// RFC 9112 §6.1: a request with both is an attempt to smuggle. Beast lets it pass where the coding is not chunked.
bool has_two_lengths(const request_parser& parser) {
  const auto& fields = parser.get();
  return fields.count(http::field::transfer_encoding) != 0 && fields.count(http::field::content_length) != 0;
}

// Every answer is the last on its connection, kept by nobody, and harmless in a browser whatever is on the page.
page_response make_page(redirect_answer answer, unsigned version, bool head_only) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 7> always{{
      {"Connection", "close"},
      {"Cache-Control", "no-store"},
      {"Referrer-Policy", "no-referrer"},
      {"Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"},
      {"X-Content-Type-Options", "nosniff"},
      {"X-Frame-Options", "DENY"},
      {"Content-Type", "text/html; charset=utf-8"},
  }};
  page_response response;
  response.version(version);
  response.result(answer.status);
  for (const auto& [name, value] : always) response.set(name, value);
  if (!answer.location.empty()) response.set(http::field::location, answer.location);
  if (!answer.allow.empty()) response.set(http::field::allow, answer.allow);
  response.body() = std::move(answer.page);
  response.prepare_payload();
  if (head_only) response.body().clear();  // RFC 9110 §9.3.2: the length is still that of the page.
  return response;
}

// Our end is shut first and what still comes is swallowed: closing with bytes unread would reset the connection, and
// the browser could lose the page.
task<> say_goodbye(beast::tcp_stream& stream, std::chrono::milliseconds patience) {
  beast::error_code ec;
  stream.socket().shutdown(asio::ip::tcp::socket::shutdown_send, ec);
  stream.expires_after(patience);
  std::array<char, 4096> swallowed{};
  for (std::size_t total = 0; !ec && total < goodbye_bytes;) {
    const auto [read_error, count] = co_await stream.async_read_some(asio::buffer(swallowed), as_result);
    ec = read_error;
    total += count;
  }
}

}  // namespace

task<> serve_redirect(beast::tcp_stream& stream, const redirect_handler& handler, redirect_patience patience) {
  beast::flat_buffer buffer(limits::redirect_head + 4096);
  request_parser parser;
  parser.header_limit(limits::redirect_head);
  parser.body_limit(boost::none);  // No body is read; that there is one is the handler's to judge.
  stream.expires_after(patience.io);
  auto [head_error, head] = co_await http::async_read_header(stream, buffer, parser, as_result);
  if (!head_error && has_two_lengths(parser)) head_error = http::error::bad_transfer_encoding;

  redirect_answer answer;
  std::exception_ptr failure;
  if (!head_error) {
    stream.expires_never();
    try {
      answer = co_await handler(take_request(parser));
    } catch (...) {
      failure = std::current_exception();
      answer = refusal_page(500, "Latchkey failed to answer this request. Its log says why.");
    }
  } else if (head_error == http::error::header_limit || head_error == http::error::buffer_overflow) {
    answer = refusal_page(431, "This request is too long.");
  } else if (head_error.category() == http::make_error_code(http::error::bad_target).category() &&
             head_error != http::error::end_of_stream) {
    answer = refusal_page(400, "This is not a request that a browser sends.");
  } else {
    co_return;
  }
  const unsigned version = head_error ? 11U : parser.get().version();
  const bool head_only = !head_error && parser.get().method() == http::verb::head;
  stream.expires_after(patience.io);
  const page_response page = make_page(std::move(answer), version, head_only);
  const auto [write_error, sent] = co_await http::async_write(stream, page, as_result);
  if (!write_error) co_await say_goodbye(stream, patience.goodbye);
  if (failure) std::rethrow_exception(failure);
}

}  // namespace latchkey
