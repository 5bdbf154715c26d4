// Private key files that nobody would write by accident: made as bytes, without the work that they ask of a reader.
#pragma once

#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <memory>
#include <string>
#include <string_view>

namespace latchkey {

/// An EncryptedPrivateKeyInfo in DER, with `algorithm`, which it takes, and 64 bytes that are no key.
inline std::string encrypted_by(X509_ALGOR* algorithm) {
  const std::unique_ptr<X509_ALGOR, decltype(&X509_ALGOR_free)> given(algorithm, X509_ALGOR_free);
  const std::unique_ptr<X509_SIG, decltype(&X509_SIG_free)> made(X509_SIG_new(), X509_SIG_free);
  X509_ALGOR* name = nullptr;
  ASN1_OCTET_STRING* bytes = nullptr;
  X509_SIG_getm(made.get(), &name, &bytes);
  X509_ALGOR_copy(name, given.get());
  const std::string nothing(64, 'x');
  ASN1_OCTET_STRING_set(bytes, reinterpret_cast<const unsigned char*>(nothing.data()), int{64});
  unsigned char* der = nullptr;
  const int size = i2d_X509_SIG(made.get(), &der);
  std::string text(reinterpret_cast<const char*>(der), static_cast<std::size_t>(size));
  OPENSSL_free(der);
  return text;
}

/// As `openssl pkcs8 -topk8 -iter ROUNDS` writes it.
inline std::string with_rounds(int rounds) {
  return encrypted_by(PKCS5_pbe2_set_iv(EVP_aes_256_cbc(), rounds, nullptr, 0, nullptr, NID_hmacWithSHA256));
}

inline std::string pem_block(const char* name, std::string_view der) {
  BIO* memory = BIO_new(BIO_s_mem());
  PEM_write_bio(memory, name, "", reinterpret_cast<const unsigned char*>(der.data()), static_cast<long>(der.size()));
  char* data = nullptr;
  const long size = BIO_get_mem_data(memory, &data);
  std::string text(data, static_cast<std::size_t>(size));
  BIO_free(memory);
  return text;
}

/// DER of one value of less than 64 KiB (X.690 §8.1).
inline std::string der_value(char tag, std::string_view content) {
  std::string text{tag, '\x82'};
  text += static_cast<char>(content.size() >> 8U);
  text += static_cast<char>(content.size() & 0xFFU);
  return text.append(content);
}

/// A PKCS#1 key whose modulus has `bytes` bytes and whose other numbers are small.
inline std::string rsa_of(std::size_t bytes) {
  std::string numbers = der_value('\x02', std::string(1, '\0'));
  numbers += der_value('\x02', std::string(bytes, '\x7F'));
  for (int i = 0; i < 7; ++i) numbers += der_value('\x02', "\x03");
  return der_value('\x30', numbers);
}

}  // namespace latchkey
