// Opens a tunnel through a proxy by CONNECT (RFC 9110 §9.3.6). Used by https_transport on a connection to the proxy.
#pragma once

#include <boost/beast/core/tcp_stream.hpp>
#include <string>

#include "core/url.h"
#include "daemon/adapters/proxy.h"
#include "daemon/ports.h"

namespace latchkey {

/// On success the stream reaches `target`. The stream's own deadline holds; stream, proxy and target outlive the call.
/// Errors: temporarily_unavailable; provider_error where the proxy's answer is absurd.
task<result<>> open_tunnel(boost::beast::tcp_stream& stream, const proxy_server& proxy, const endpoint& target,
                           std::string user_agent);

/// "the proxy HOST:PORT (HTTPS_PROXY)", for messages.
[[nodiscard]] std::string describe(const proxy_server& proxy);
/// HOST:PORT, with brackets round an IPv6 address.
[[nodiscard]] std::string authority(std::string_view host, std::uint16_t port);

}  // namespace latchkey
