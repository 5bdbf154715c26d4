// API-Sign, the signature of a private call of the Exchange API. Used by api_key_book. Written apart from core/ on
// purpose: one side checks the other.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace latchkey::sandbox {

struct signed_call {
  std::string_view path;   ///< "/0/private/Balance"
  std::string_view nonce;  ///< As written in the body.
  std::string_view body;   ///< The form, byte by byte as it came.
};

/// base64(HMAC-SHA512(base64-decoded `key_secret`, path + SHA256(nonce + body))). Nothing where the secret is no
/// base64.
[[nodiscard]] std::optional<std::string> exchange_signature(std::string_view key_secret, const signed_call& call);

}  // namespace latchkey::sandbox
