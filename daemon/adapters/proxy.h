// Which proxy an https request goes through: HTTPS_PROXY and NO_PROXY, as command line tools read them. Pure: values
// come in, a decision goes out. Used by https_transport.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.h"
#include "core/secret.h"

namespace latchkey {

/// A proxy that is spoken to in plain HTTP and opens tunnels by CONNECT (RFC 9110 §9.3.6).
struct proxy_server {
  std::string host;  ///< No brackets round an IPv6 address.
  std::uint16_t port = 80;
  secret authorization;  ///< Value of Proxy-Authorization; empty: none.
};

class proxy_settings {
 public:
  /// No proxy.
  proxy_settings() = default;
  /// `https_proxy`: [http://][USER:PASSWORD@]HOST[:PORT], or empty. `no_proxy`: names apart by commas or spaces; each
  /// stands for itself and all names below it, with or without a leading dot; NAME:PORT for that port alone; "*" for
  /// everything. Errors: temporarily_unavailable; the message holds neither value, as the first may hold a password.
  static result<proxy_settings> parse(std::string_view https_proxy, std::string_view no_proxy);
  /// From the environment: https_proxy before HTTPS_PROXY, no_proxy before NO_PROXY, the first that is not empty.
  static result<proxy_settings> from_environment();

  /// The proxy for `host` and `port`; nullptr: go there directly. A loopback host never goes through a proxy.
  [[nodiscard]] const proxy_server* proxy_for(std::string_view host, std::uint16_t port) const;

 private:
  struct exception {
    std::string name;  ///< Lower case, no leading dot; "*": every host.
    std::optional<std::uint16_t> port;
  };
  static exception parse_exception(std::string_view word);

  std::optional<proxy_server> server_;
  std::vector<exception> exceptions_;
};

}  // namespace latchkey
