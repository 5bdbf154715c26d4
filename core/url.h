// Addresses and form encoding (Boost.URL inside). Decides which addresses may be talked to at all. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/error.h"
#include "core/secret.h"

namespace latchkey {

/// The parts of an http or https address that a transport needs.
struct endpoint {
  bool tls = true;
  std::string host;  ///< Lower case, no brackets round an IPv6 address.
  std::uint16_t port = 443;
  std::string target;       ///< Path and query, as sent in the request line; never empty.
  std::string host_header;  ///< host, in brackets if IPv6, with the port where it is not the default.
};

/// Takes https to anywhere, and http to a loopback host only (127.0.0.0/8, ::1, localhost). Refuses user info and
/// fragments. `what` names the setting in the message ("token_endpoint").
/// Errors: bad_request.
[[nodiscard]] result<endpoint> parse_endpoint(std::string_view what, std::string_view address);

/// Scheme and host of a checked address, as in "https://api.example.com:8443": the root of the API beside it.
[[nodiscard]] std::string origin_of(const endpoint& address);

/// 127.0.0.0/8, ::1 or localhost (RFC 8252 §7.3, §8.3).
[[nodiscard]] bool is_loopback_host(std::string_view host) noexcept;

/// Path of the clean page that the browser is sent to after the redirect.
inline constexpr std::string_view done_path = "/done";

/// A redirect URI on this host (RFC 8252 §7.3): http, host 127.0.0.1 or localhost, no user info, no query, no fragment.
struct loopback_redirect {
  std::string host = "127.0.0.1";  ///< As written: it goes into the redirect_uri unchanged.
  std::uint16_t port = 0;          ///< 0: any free port.
  std::string path = "/callback";  ///< As written; may be empty, which a browser asks for as "/".

  /// The redirect_uri to send, with `port` where ours is 0.
  [[nodiscard]] std::string uri(std::uint16_t bound_port) const;
};

/// Errors: bad_request, saying which rule `uri` breaks. done_path is refused too.
[[nodiscard]] result<loopback_redirect> parse_loopback_redirect(std::string_view uri);

using form_fields = std::vector<std::pair<std::string, std::string>>;

/// application/x-www-form-urlencoded, one value (RFC 6749 appendix B): space is '+'.
[[nodiscard]] std::string form_encode(std::string_view value);
/// Fields of a query or form body, in order, decoded; '+' is a space.
/// Errors: bad_request on a broken escape, a NUL, or invalid UTF-8.
[[nodiscard]] result<form_fields> form_decode(std::string_view encoded);

/// Adds query fields (RFC 3986 percent-encoding, space is %20) to an address that may already have a query.
[[nodiscard]] std::string with_query(std::string_view address, const form_fields& fields);

}  // namespace latchkey
