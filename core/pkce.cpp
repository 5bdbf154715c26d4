#include "core/pkce.h"

#include <openssl/sha.h>

#include "core/base64.h"

namespace latchkey {

secret random_token(const random_bytes& bytes) {
  return secret::take(base64url_encode(bytes));
}

std::string code_challenge_s256(const secret& code_verifier) {
  const std::string_view ascii = code_verifier.reveal();
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  SHA256(reinterpret_cast<const unsigned char*>(ascii.data()), ascii.size(), digest.data());
  return base64url_encode(digest);
}

}  // namespace latchkey
