// Proof Key for Code Exchange (RFC 7636), S256 only; and the other random values of a login.
#pragma once

#include <array>
#include <string>

#include "core/secret.h"

namespace latchkey {

using random_bytes = std::array<unsigned char, 32>;

/// 43 characters of the unreserved alphabet (RFC 7636 §4.1), also used for `state` and `nonce`.
[[nodiscard]] secret random_token(const random_bytes& bytes);
/// BASE64URL(SHA256(ASCII(code_verifier))), RFC 7636 §4.2.
[[nodiscard]] std::string code_challenge_s256(const secret& code_verifier);

}  // namespace latchkey
