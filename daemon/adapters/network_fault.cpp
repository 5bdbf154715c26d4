#include "daemon/adapters/network_fault.h"

#include <boost/asio/error.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/http/error.hpp>

#include "core/limits.h"

namespace latchkey {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using boost::system::error_code;

fault later(std::string message) {
  return {errc::temporarily_unavailable, std::move(message)};
}

bool is_timeout(const error_code& ec) {
  return ec == beast::error::timeout || ec == asio::error::timed_out;
}

bool is_early_end(const error_code& ec) {
  return ec == http::error::end_of_stream || ec == http::error::partial_message || ec == asio::error::eof ||
         ec == asio::error::connection_reset || ec == asio::error::broken_pipe ||
         ec == asio::ssl::error::stream_truncated;
}

}  // namespace

fault name_fault(const error_code& ec, std::string_view host) {
  const std::string name = printable(host);
  if (ec == asio::error::operation_aborted) return later("the lookup of the name " + name + " was cancelled");
  if (is_timeout(ec)) return later("the name " + name + " could not be looked up in time: is this computer online?");
  if (ec == asio::error::host_not_found || ec == asio::error::no_data)
    return later("there is no host of the name " + name + ": check the address, and that this computer is online");
  if (ec == asio::error::host_not_found_try_again)
    return later("the name " + name + " cannot be looked up now: is this computer online?");
  return later("the name " + name + " cannot be looked up: " + printable(ec.message()));
}

fault connect_fault(const error_code& ec, std::string_view peer) {
  const std::string name = printable(peer);
  if (ec == asio::error::operation_aborted) return later("the request to " + name + " was cancelled");
  if (is_timeout(ec)) return later("connecting to " + name + " took too long");
  if (ec == asio::error::connection_refused)
    return later(name + " refused the connection: nothing listens at that port, or a firewall forbids it");
  if (ec == asio::error::host_unreachable || ec == asio::error::network_unreachable || ec == asio::error::network_down)
    return later("there is no route to " + name + ": is this computer online?");
  return later("there is no connection to " + name + ": " + printable(ec.message()));
}

fault exchange_fault(const error_code& ec, std::string_view peer) {
  const std::string name = printable(peer);
  if (ec == asio::error::operation_aborted) return later("the request to " + name + " was cancelled");
  if (is_timeout(ec)) return later(name + " did not finish its answer in time");
  if (ec == http::error::body_limit || ec == http::error::buffer_overflow)
    return {errc::provider_error, "the answer from " + name + " is larger than " +
                                      std::to_string(limits::http_body / 1024) + " KiB, which no OAuth answer is"};
  if (ec == http::error::header_limit)
    return {errc::provider_error, "the headers from " + name + " are larger than " +
                                      std::to_string(limits::http_headers / 1024) +
                                      " KiB, which no OAuth answer's are"};
  if (is_early_end(ec)) return later(name + " closed the connection before its answer was complete");
  if (ec.category() == http::make_error_code(http::error::bad_version).category())
    return later("what " + name + " sent is not HTTP (" + printable(ec.message()) + "): check host and port");
  return later("the connection to " + name + " broke: " + printable(ec.message()));
}

}  // namespace latchkey
