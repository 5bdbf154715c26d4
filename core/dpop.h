// Demonstrating Proof of Possession (RFC 9449): tokens that are worth nothing without a key, and the proofs that the
// key is there. Pure. The key is the account's and never leaves the daemon; proofs do.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "core/error.h"
#include "core/http_message.h"
#include "core/secret.h"
#include "core/types.h"

namespace latchkey {

/// What a proof is for (RFC 9449 §4.2).
struct dpop_claims {
  std::string method;                    ///< htm: the request's method.
  std::string url;                       ///< Of the request; htu is this without query and fragment.
  std::string jti;                       ///< Random, for this proof alone.
  wall_time issued_at{};                 ///< iat.
  const secret* access_token = nullptr;  ///< For a resource server: ath is its hash.
  std::string nonce;                     ///< The server's; empty: none was given.
};

/// A P-256 key that signs proofs with ES256.
class dpop_key {
 public:
  /// A fresh one. Throws std::runtime_error where OpenSSL has no random bytes.
  static dpop_key generate();
  /// What text() gave. Errors: internal, without a word of it.
  static result<dpop_key> read(const secret& text);
  dpop_key(dpop_key&&) noexcept;
  dpop_key& operator=(dpop_key&&) noexcept;
  dpop_key(const dpop_key&) = delete;
  dpop_key& operator=(const dpop_key&) = delete;
  ~dpop_key();

  /// For the store: PKCS#8 in PEM.
  [[nodiscard]] secret text() const;
  /// The JWK SHA-256 thumbprint of the public half (RFC 7638): dpop_jkt (RFC 9449 §10).
  [[nodiscard]] std::string thumbprint() const;
  /// The value of the header DPoP. Anybody may see it: it proves one request, once.
  [[nodiscard]] std::string proof(const dpop_claims& claims) const;

 private:
  struct parts;
  explicit dpop_key(std::unique_ptr<parts> made);

  std::unique_ptr<parts> parts_;
};

/// "DPoP TOKEN" for the Authorization header (RFC 9449 §7.1).
[[nodiscard]] secret dpop_authorization(const secret& access_token);

/// The nonce that `response` gives for later proofs (RFC 9449 §8.2); empty: none.
[[nodiscard]] std::string dpop_nonce_of(const http_response& response);
/// The request was refused for want of the server's nonce: by an authorization server (400, use_dpop_nonce in the body,
/// §8) or a resource server (401, in WWW-Authenticate, §9).
[[nodiscard]] bool wants_dpop_nonce(const http_response& response);

}  // namespace latchkey
