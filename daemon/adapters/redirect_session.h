// One connection at the loopback listener: one request in, one page out, closed. Beast's parser without TLS. It knows
// nothing of OAuth: whether a request is the right redirect is the handler's to say. Used by loopback_listener.
#pragma once

#include <boost/beast/core/tcp_stream.hpp>
#include <chrono>
#include <functional>

#include "core/limits.h"
#include "daemon/ports.h"

namespace latchkey {

struct redirect_patience {
  std::chrono::milliseconds io = limits::redirect_io_timeout;   ///< For the whole head; again for the whole answer.
  std::chrono::milliseconds goodbye = std::chrono::seconds(1);  ///< For the browser to close after our last byte.
};

/// Calls `handler` once at most, and not for a request that HTTP itself forbids (RFC 9112): that gets 400, or 431 where
/// it is too long. Where the handler throws, the browser gets 500 and the exception goes on. Stream and handler outlive
/// the call; closing the stream ends it.
task<> serve_redirect(boost::beast::tcp_stream& stream, const redirect_handler& handler, redirect_patience patience);

}  // namespace latchkey
