// Network failures in words: which host, what failed, what to do. Used by the HTTPS transport and its parts.
#pragma once

#include <boost/system/error_code.hpp>
#include <string>
#include <string_view>

#include "core/error.h"

namespace latchkey {

/// The lookup of `host` failed.
[[nodiscard]] fault name_fault(const boost::system::error_code& ec, std::string_view host);
/// No connection to `peer` ("idp.example, port 443", or the proxy in words).
[[nodiscard]] fault connect_fault(const boost::system::error_code& ec, std::string_view peer);
/// The connection to `peer` failed while `peer` was asked or answered; also HTTP errors of Beast.
[[nodiscard]] fault exchange_fault(const boost::system::error_code& ec, std::string_view peer);

}  // namespace latchkey
