#include "tests/daemon/net/certificates.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <atomic>
#include <stdexcept>

namespace latchkey::testing_net {
namespace {

key_ptr make_key() {
  EVP_PKEY* key = EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256");
  if (key == nullptr) throw std::runtime_error("no key");
  return key_ptr(key);
}

void set_common_name(X509_NAME* name, const std::string& text) {
  // OpenSSL takes text as unsigned characters.
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(text.c_str()), -1, -1,
                             0);
}

void add_extension(X509* certificate, int kind, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str());
  if (extension == nullptr) throw std::runtime_error("no extension " + value);
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

x509_ptr make_unsigned(const std::string& name, EVP_PKEY* key, long from, long to) {
  static std::atomic<long> serial = 1;
  x509_ptr certificate(X509_new());
  X509_set_version(certificate.get(), X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), ++serial);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), from);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), to);
  set_common_name(X509_get_subject_name(certificate.get()), name);
  X509_set_pubkey(certificate.get(), key);
  return certificate;
}

identity make_signed_by(const identity* authority, const certificate_wish& wish) {
  identity made;
  made.key = make_key();
  made.certificate = make_unsigned("server", made.key.get(), wish.valid_from, wish.valid_to);
  X509* const issuer = authority != nullptr ? authority->certificate.get() : made.certificate.get();
  X509_set_issuer_name(made.certificate.get(), X509_get_subject_name(issuer));
  add_extension(made.certificate.get(), NID_subject_alt_name, wish.subject_alternative_name);
  X509_sign(made.certificate.get(), authority != nullptr ? authority->key.get() : made.key.get(), EVP_sha256());
  return made;
}

}  // namespace

std::string identity::certificate_pem() const {
  BIO* memory = BIO_new(BIO_s_mem());
  PEM_write_bio_X509(memory, certificate.get());
  BUF_MEM* bytes = nullptr;
  BIO_get_mem_ptr(memory, &bytes);
  std::string text(bytes->data, bytes->length);
  BIO_free(memory);
  return text;
}

boost::asio::ssl::context identity::server_context() const {
  boost::asio::ssl::context context(boost::asio::ssl::context::tls_server);
  SSL_CTX_use_certificate(context.native_handle(), certificate.get());
  SSL_CTX_use_PrivateKey(context.native_handle(), key.get());
  return context;
}

identity make_authority(const std::string& name) {
  identity made;
  made.key = make_key();
  made.certificate = make_unsigned(name, made.key.get(), -7200, 7200);
  X509_set_issuer_name(made.certificate.get(), X509_get_subject_name(made.certificate.get()));
  add_extension(made.certificate.get(), NID_basic_constraints, "critical,CA:TRUE");
  add_extension(made.certificate.get(), NID_key_usage, "critical,keyCertSign");
  X509_sign(made.certificate.get(), made.key.get(), EVP_sha256());
  return made;
}

identity make_self_signed(const certificate_wish& wish) {
  return make_signed_by(nullptr, wish);
}

identity issue(const identity& authority, const certificate_wish& wish) {
  return make_signed_by(&authority, wish);
}

}  // namespace latchkey::testing_net
