// Reads one answer of an HTTP server, of a bounded size, and nothing behind it. Used by https_transport; a template,
// because the stream is plain or TLS.
#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <string>

#include "core/limits.h"
#include "daemon/adapters/network_fault.h"
#include "daemon/ports.h"

namespace latchkey {

using answer_parser = boost::beast::http::response_parser<boost::beast::http::string_body>;

/// Whether the body is what it seems: no coding that was not asked for (RFC 9110 §8.4, RFC 9112 §6.1). The head is
/// there. Errors: provider_error.
[[nodiscard]] result<> check_codings(const answer_parser& parser, const std::string& host);
/// Of an answer that has ended.
[[nodiscard]] http_response take_response(answer_parser& parser);

/// At most limits::http_headers and limits::http_body of it, past interim answers (1xx). The deadline is the stream's,
/// which outlives the call. Errors: exchange_fault()'s; provider_error: see check_codings(); temporarily_unavailable.
template <class Stream>
task<result<http_response>> read_answer(Stream& stream, std::string host) {
  namespace http = boost::beast::http;
  constexpr auto as_result = boost::asio::as_tuple(boost::asio::use_awaitable);
  constexpr int most_interim_answers = 8;  // Real servers send one (RFC 9110 §15.2).
  boost::beast::flat_buffer buffer(limits::http_headers + limits::http_body);
  for (int interim = 0; interim <= most_interim_answers; ++interim) {
    answer_parser parser;
    parser.header_limit(limits::http_headers);
    parser.body_limit(limits::http_body);
    const auto [head_error, head] = co_await http::async_read_header(stream, buffer, parser, as_result);
    if (head_error) co_return exchange_fault(head_error, host);
    if (parser.get().result_int() / 100 == 1) continue;
    if (const auto codings = check_codings(parser, host); !codings) co_return codings.error();
    const auto [body_error, body] = co_await http::async_read(stream, buffer, parser, as_result);
    if (body_error) co_return exchange_fault(body_error, host);
    co_return take_response(parser);
  }
  co_return fault(errc::temporarily_unavailable, printable(host) + " sent only interim answers (HTTP 1xx)");
}

}  // namespace latchkey
