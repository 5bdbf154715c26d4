// The ID token: who logged in, as the issuer signed it (OIDC Core §2, §3.1.3.7, §12.2). Pure: the keys, the clock and
// what was asked come in, claims that can be believed go out. Called after each answer that brings such a token.
#pragma once

#include <optional>
#include <string>

#include "core/error.h"
#include "core/jwk_set.h"
#include "core/secret.h"
#include "core/types.h"

namespace latchkey {

/// What the token says of its signature; not to be believed before check_id_token().
struct id_token_header {
  std::string alg;  ///< RS256, PS256, ES256 or EdDSA.
  std::string kid;  ///< As the issuer wrote it, not escaped; empty: it has none.
};

/// Reads the header, for a look at which key is needed. Errors: provider_error, as check_id_token() has them for it:
/// not three parts, no base64url, an algorithm that is not taken, an extension that must be understood (`crit`).
[[nodiscard]] result<id_token_header> id_token_header_of(const secret& id_token);

/// What a token must say to be believed.
struct id_token_expectations {
  /// `iss`, to the letter. A name in braces stands for the token's own `tid`, which must be a tenant's id: where one
  /// provider signs for many tenants, each is an issuer of its own (Microsoft's v2.0 tokens).
  std::string issuer;
  std::string client_id;  ///< Among `aud`.
  std::string nonce;      ///< That was sent; empty: none was (a refresh), and what the token has is not looked at.
  const secret* access_token =
      nullptr;                         ///< That came with it, for `at_hash`; nullptr: none, `at_hash` is not looked at.
  std::optional<std::string> subject;  ///< `sub` of the earlier token, at a refresh (OIDC Core §12.2).
  wall_time now{};
};

/// What the issuer vouches for.
struct id_token_claims {
  std::string issuer;
  std::string subject;  ///< 1 to 255 printable ASCII characters, unique at this issuer. An identifier, not a name.
  wall_time issued_at{};
  wall_time expires_at{};
  std::optional<wall_time> auth_time;  ///< When the person last authenticated, where it is said.
};

/// Checks the signature with a key of `keys` and every claim that `expected` speaks of, times with limits::clock_skew.
/// A key is chosen by `kid`; without one every key that fits the algorithm is tried. A key inside the token, or an
/// address of one, is never used.
/// Errors: temporarily_unavailable where it may be the keys that are too old: none has the token's `kid`, or the token
/// names none and no key verifies it. The caller then looks for new keys, once, and asks again (OIDC Core §10.1.1).
/// provider_error: everything else; the token must not be used. No message quotes the token's parts as they came.
[[nodiscard]] result<id_token_claims> check_id_token(const secret& id_token, const jwk_set& keys,
                                                     const id_token_expectations& expected);

}  // namespace latchkey
