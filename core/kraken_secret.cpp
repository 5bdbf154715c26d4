#include "core/kraken_secret.h"

#include <openssl/rsa.h>

#include <algorithm>

#include "core/base64.h"
#include "core/limits.h"
#include "core/openssl_owned.h"
#include "core/private_key.h"

namespace latchkey {
namespace {

fault key_fault(std::string problem) {
  return {errc::bad_request, "the private key " + std::move(problem)};
}

result<private_key> read_rsa_key(const locked_private_key& given) {
  auto key = read_private_key(given.pem, given.passphrase);
  if (!key) return key;
  if (EVP_PKEY_is_a(key->get(), "RSA") != 1) return key_fault("is no RSA key");
  const int bits = EVP_PKEY_get_bits(key->get());
  if (bits < limits::rsa_least_bits)
    return key_fault("has " + std::to_string(bits) + " bits; the provider takes " +
                     std::to_string(limits::rsa_least_bits) + " or more");
  if (bits > limits::rsa_most_bits)
    return key_fault("has " + std::to_string(bits) + " bits; no more than " + std::to_string(limits::rsa_most_bits) +
                     " are read");
  return key;
}

result<std::string> ciphertext_of(std::string_view encrypted) {
  std::string text;
  for (const char each : encrypted)
    if (each != '\n' && each != '\r' && each != ' ' && each != '\t') text += each;
  if (text.empty()) return fault(errc::bad_request, "the encrypted client secret is empty");
  return base64_decode("the encrypted client secret", text);
}

fault not_decrypted() {
  return {errc::bad_request,
          "the client secret cannot be decrypted with this key: check that the provider got this key's public half, "
          "that the text is whole, and its padding (--rsa-oaep where the provider uses OAEP)"};
}

// The one place where the padding is looked at. Newer OpenSSL answers broken PKCS#1 padding with random bytes instead
// of an error, which would be stored as the secret: that is turned off where it exists, and what comes out must be
// text.
std::optional<secret> decrypt(EVP_PKEY* key, std::string_view ciphertext, rsa_padding padding) {
  const key_context context(EVP_PKEY_CTX_new(key, nullptr));
  if (!context || EVP_PKEY_decrypt_init(context.get()) != 1) return std::nullopt;
  const int kind = padding == rsa_padding::oaep ? RSA_PKCS1_OAEP_PADDING : RSA_PKCS1_PADDING;
  if (EVP_PKEY_CTX_set_rsa_padding(context.get(), kind) != 1) return std::nullopt;
  if (padding == rsa_padding::pkcs1) EVP_PKEY_CTX_ctrl_str(context.get(), "rsa_pkcs1_implicit_rejection", "0");
  std::string clear(static_cast<std::size_t>(EVP_PKEY_get_size(key)), '\0');
  std::size_t length = clear.size();
  const int worked = EVP_PKEY_decrypt(context.get(), reinterpret_cast<unsigned char*>(clear.data()), &length,
                                      reinterpret_cast<const unsigned char*>(ciphertext.data()), ciphertext.size());
  if (worked != 1) {
    wipe(clear);
    return std::nullopt;
  }
  secret found(std::string_view(clear).substr(0, length));
  wipe(clear);
  return found;
}

bool is_a_client_secret(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c > ' ' && c < '\x7F'; });
}

}  // namespace

result<secret> decrypt_client_secret(const secret& encrypted, const locked_private_key& given, rsa_padding padding) {
  const clean_errors after;
  const auto ciphertext = ciphertext_of(encrypted.reveal());
  if (!ciphertext) return ciphertext.error();
  const auto key = read_rsa_key(given);
  if (!key) return key.error();
  auto clear = decrypt(key->get(), *ciphertext, padding);
  if (!clear) return not_decrypted();
  // `echo secret | openssl rsautl` encrypts the line end with it.
  std::string_view text = clear->reveal();
  if (text.ends_with('\n')) text.remove_suffix(1);
  if (!is_a_client_secret(text)) return not_decrypted();
  return secret(text);
}

}  // namespace latchkey
