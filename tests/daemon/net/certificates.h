// Certificates made for a test: an authority of its own, and identities that are right or wrong in one respect.
#pragma once

#include <openssl/x509.h>

#include <boost/asio/ssl/context.hpp>
#include <memory>
#include <string>

namespace latchkey::testing_net {

struct x509_free {
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
using x509_ptr = std::unique_ptr<X509, x509_free>;
using key_ptr = std::unique_ptr<EVP_PKEY, x509_free>;

/// A key and the certificate for it.
struct identity {
  key_ptr key;
  x509_ptr certificate;

  [[nodiscard]] std::string certificate_pem() const;
  /// For a server with this identity.
  [[nodiscard]] boost::asio::ssl::context server_context() const;
};

struct certificate_wish {
  std::string subject_alternative_name = "DNS:idp.example";  ///< As in openssl-x509v3_config.
  long valid_from = -3600;                                   ///< Seconds from now.
  long valid_to = 3600;
};

/// A root.
[[nodiscard]] identity make_authority(const std::string& name);
[[nodiscard]] identity make_self_signed(const certificate_wish& wish);
[[nodiscard]] identity issue(const identity& authority, const certificate_wish& wish);

}  // namespace latchkey::testing_net
