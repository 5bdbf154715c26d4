#include "tests/sandbox/exchange_signature.h"

#include <openssl/evp.h>
#include <openssl/sha.h>

#include <array>

#include "tests/sandbox/encoding.h"

namespace latchkey::sandbox {
namespace {

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

std::optional<std::string> exchange_signature(std::string_view key_secret, const signed_call& call) {
  const auto key = base64_decoded(key_secret);
  if (!key) return std::nullopt;

  const std::string hashed = std::string(call.nonce).append(call.body);
  std::array<unsigned char, SHA256_DIGEST_LENGTH> inner{};
  SHA256(bytes_of(hashed), hashed.size(), inner.data());
  std::string message(call.path);
  message.append(reinterpret_cast<const char*>(inner.data()), inner.size());

  std::array<unsigned char, SHA512_DIGEST_LENGTH> code{};
  std::size_t size = 0;
  const unsigned char* const made = EVP_Q_mac(nullptr, "HMAC", nullptr, "SHA512", nullptr, key->data(), key->size(),
                                              bytes_of(message), message.size(), code.data(), code.size(), &size);
  if (made == nullptr || size != code.size()) return std::nullopt;
  return base64(code);
}

}  // namespace latchkey::sandbox
