#include "daemon/adapters/tls_client.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <boost/asio/error.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ssl/error.hpp>
#include <new>

#include "daemon/adapters/network_fault.h"

namespace latchkey {
namespace {

namespace asio = boost::asio;
namespace ssl = asio::ssl;
using boost::system::error_code;

constexpr std::string_view how_to_trust =
    ": if you trust it, name the PEM file of its authority in ca_file under [tls] in config.toml, or in SSL_CERT_FILE";

// What is wrong with the certificate, continuing "the certificate of HOST".
std::string certificate_problem(long verdict) {
  switch (verdict) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return " has expired: check this computer's clock; if it is right, only the provider can mend it";
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return " is not valid yet: check this computer's clock; if it is right, only the provider can mend it";
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
      return " is self-signed" + std::string(how_to_trust);
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
      return " is from an authority that this computer does not know" + std::string(how_to_trust);
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
      return " is for another name: check the address; on a public network, log in to that network first";
    default:
      return std::string(" is not trusted: ") + X509_verify_cert_error_string(verdict);
  }
}

bool is_too_old(int reason) {
  return reason == SSL_R_UNSUPPORTED_PROTOCOL || reason == SSL_R_TLSV1_ALERT_PROTOCOL_VERSION ||
         reason == SSL_R_WRONG_SSL_VERSION || reason == SSL_R_VERSION_TOO_LOW;
}

bool is_no_tls(int reason) {
  return reason == SSL_R_WRONG_VERSION_NUMBER || reason == SSL_R_HTTP_REQUEST || reason == SSL_R_PACKET_LENGTH_TOO_LONG;
}

}  // namespace

result<ssl::context*> tls_client::context() {
  if (context_) return &*context_;
  ssl::context fresh(ssl::context::tls_client);
  SSL_CTX_set_min_proto_version(fresh.native_handle(), TLS1_2_VERSION);
  SSL_CTX_set_mode(fresh.native_handle(), SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_options(fresh.native_handle(), SSL_OP_CLEANSE_PLAINTEXT);  // Its own copy of a token.
  SSL_CTX_set_session_cache_mode(fresh.native_handle(), SSL_SESS_CACHE_OFF);
  fresh.set_verify_mode(ssl::verify_peer);
  error_code ec;
  fresh.set_default_verify_paths(ec);
  if (ec) return fault(errc::provider_error, "the system's trust store cannot be read: " + printable(ec.message()));
  if (!ca_file_.empty()) fresh.load_verify_file(ca_file_, ec);
  if (ec)
    return fault(errc::provider_error, "no certificate can be read from " + printable(ca_file_) +
                                           ": set ca_file under [tls] in config.toml to a PEM file");
  context_.emplace(std::move(fresh));
  return &*context_;
}

void expect_host(SSL* session, const std::string& host) {
  const std::string name = host.ends_with('.') ? host.substr(0, host.size() - 1) : host;
  X509_VERIFY_PARAM* const rules = SSL_get0_param(session);
  X509_VERIFY_PARAM_set_hostflags(rules, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  error_code not_numeric;
  asio::ip::make_address(name, not_numeric);
  bool done = false;
  if (!not_numeric)
    done = X509_VERIFY_PARAM_set1_ip_asc(rules, name.c_str()) == 1;
  else  // SSL_set_tlsext_host_name(), without the C casts of that macro.
    done = X509_VERIFY_PARAM_set1_host(rules, name.c_str(), name.size()) == 1 &&
           SSL_ctrl(session, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
                    const_cast<char*>(name.c_str())) == 1;
  if (!done) throw std::bad_alloc();  // The only way to fail; to go on would be to trust any certificate.
}

fault handshake_fault(SSL* session, const error_code& ec, std::string_view host) {
  if (ec.category() != asio::error::get_ssl_category()) return exchange_fault(ec, host);
  const std::string name = printable(host);
  const long verdict = SSL_get_verify_result(session);
  if (verdict != X509_V_OK) return {errc::provider_error, "the certificate of " + name + certificate_problem(verdict)};
  const int reason = ERR_GET_REASON(static_cast<unsigned long>(ec.value()));
  if (is_too_old(reason))
    return {errc::provider_error,
            name + " speaks only TLS older than 1.2, which is not safe: its operator must mend it"};
  if (is_no_tls(reason))
    return {errc::provider_error, name + " does not speak TLS at this port: check host and port of the address"};
  return {errc::provider_error, "there is no TLS with " + name + ": " + printable(ec.message())};
}

}  // namespace latchkey
