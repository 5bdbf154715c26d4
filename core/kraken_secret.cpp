#include "core/kraken_secret.h"

#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <algorithm>

#include "core/base64.h"
#include "core/limits.h"
#include "core/openssl_owned.h"

namespace latchkey {
namespace {

constexpr int least_bits = 2048;

// pem_password_cb: OpenSSL would ask on the terminal by itself otherwise.
int give_passphrase(char* into, int room, int /*for_writing*/, void* given) {
  const auto& passphrase = *static_cast<const secret*>(given);
  if (passphrase.size() > static_cast<std::size_t>(room)) return -1;
  std::ranges::copy(passphrase.reveal(), into);
  return static_cast<int>(passphrase.size());
}

fault key_fault(std::string problem) {
  return {errc::bad_request, "the private key " + std::move(problem)};
}

bool is_encrypted_pem(std::string_view pem) noexcept {
  return pem.find("BEGIN ENCRYPTED PRIVATE KEY") != std::string_view::npos ||
         pem.find("Proc-Type: 4,ENCRYPTED") != std::string_view::npos;
}

result<owned_key> read_key(const secret& pem, const secret& passphrase) {
  if (pem.reveal().find("PRIVATE KEY-----") == std::string_view::npos)
    return key_fault("is no PEM private key: it must have a line -----BEGIN … PRIVATE KEY-----");
  const bool encrypted = is_encrypted_pem(pem.reveal());
  if (encrypted && passphrase.empty()) return key_fault("is encrypted, and no passphrase was given");
  const memory_bio source(BIO_new_mem_buf(pem.reveal().data(), static_cast<int>(pem.size())));
  owned_key key(PEM_read_bio_PrivateKey(source.get(), nullptr, give_passphrase, const_cast<secret*>(&passphrase)));
  if (!key)
    return key_fault(encrypted ? "cannot be read: the passphrase is wrong, or the file is damaged"
                               : "cannot be read: the file is damaged");
  if (EVP_PKEY_is_a(key.get(), "RSA") != 1) return key_fault("is no RSA key");
  if (EVP_PKEY_get_bits(key.get()) < least_bits)
    return key_fault("has " + std::to_string(EVP_PKEY_get_bits(key.get())) + " bits; the provider takes " +
                     std::to_string(least_bits) + " or more");
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
  const auto key = read_key(given.pem, given.passphrase);
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
