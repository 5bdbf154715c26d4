// Host names to addresses. Used by https_transport; a test puts its own in its place.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "daemon/ports.h"

namespace latchkey {

using deadline = std::chrono::steady_clock::time_point;
using addresses = std::vector<boost::asio::ip::tcp::endpoint>;

/// All addresses of a host, in the order in which to try them; never an empty success.
/// Errors: temporarily_unavailable, naming the host.
using name_lookup = std::function<task<result<addresses>>(std::string host, std::uint16_t port, deadline until)>;

/// By getaddrinfo(3), on Asio's resolver thread. An address stands for itself, and localhost is loopback without asking
/// anyone (RFC 6761 §6.3). A lookup that outlives `until` is left to end by itself.
task<result<addresses>> look_up_name(std::string host, std::uint16_t port, deadline until);

}  // namespace latchkey
