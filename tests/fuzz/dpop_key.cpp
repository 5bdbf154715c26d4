// A DPoP key as the store gives it back: one that is accepted signs, and comes back from its own text.
#include "core/dpop.h"
#include "tests/fuzz/input.h"
#include "tests/fuzz/key_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace latchkey;
  const auto key = dpop_key::read(secret(fuzz::key_file(fuzz::as_text(data, size))));
  if (!key) {
    fuzz::require_said(key.error());
    return 0;
  }
  dpop_claims claims;
  claims.method = "GET";
  claims.url = "https://api.example/";
  claims.jti = "jti";
  fuzz::require(!key->proof(claims).empty());
  const auto again = dpop_key::read(key->text());
  fuzz::require(again.has_value() && again->thumbprint() == key->thumbprint());
  return 0;
}
