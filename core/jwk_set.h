// The keys that an issuer publishes at its jwks_uri (RFC 7517, RFC 7518 §6, RFC 8037 §2). Pure: what of the document
// can be used to check a signature.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/error.h"
#include "core/signature.h"

namespace latchkey {

/// One key of the set that checks signatures.
struct verification_key {
  std::string kid;  ///< As the issuer wrote it; empty: it has none.
  std::string alg;  ///< The one algorithm that it is for; empty: any that fits.
  public_key key;
};

struct jwk_set {
  /// In the document's order. Two may have one `kid`: each is tried, since the issuer vouches for both.
  std::vector<verification_key> keys;
  /// One sentence for each key that is not used and should not be there so: damaged, too weak, or with its private
  /// half. For the log; safe to show.
  std::vector<std::string> warnings;
};

/// Reads the body of an answer. Keys for other uses, of other types and for other algorithms are passed over without a
/// word (RFC 7517 §5); a key that shows its private half, or a shared secret ("oct"), is never used, and warned of.
/// `keys` may come out empty. Errors: provider_error where the document is larger than limits::jwk_set_bytes, is no
/// JSON object with a list `keys`, or has more than limits::jwk_set_keys of them.
[[nodiscard]] result<jwk_set> parse_jwk_set(std::string_view body);

}  // namespace latchkey
