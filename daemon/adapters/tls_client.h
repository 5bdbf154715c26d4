// What TLS asks of a provider: a certificate that this computer trusts, for this very host, over TLS 1.2 or newer; and
// words for each way to fail. Used by https_transport.
#pragma once

#include <boost/asio/ssl/context.hpp>
#include <boost/system/error_code.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "core/error.h"

namespace latchkey {

class tls_client {
 public:
  /// `ca_file`: PEM, trusted beside the system's store; or empty.
  explicit tls_client(std::string ca_file) : ca_file_(std::move(ca_file)) {}

  /// Made at the first call: the daemon starts, and serves from memory, without a trust store. It honours SSL_CERT_FILE
  /// and SSL_CERT_DIR. Errors: provider_error where ca_file cannot be read.
  result<boost::asio::ssl::context*> context();

 private:
  std::string ca_file_;
  std::optional<boost::asio::ssl::context> context_;
};

/// Before the handshake: the name to send (RFC 6066 §3) and to hold the certificate to (RFC 6125), or the address.
void expect_host(SSL* session, const std::string& host);
/// Why the handshake failed. Certificate failures are provider_error, network ones temporarily_unavailable.
[[nodiscard]] fault handshake_fault(SSL* session, const boost::system::error_code& ec, std::string_view host);

}  // namespace latchkey
