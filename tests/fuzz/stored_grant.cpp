// A grant as the store gives it back: what is accepted survives being written and read again.
#include "core/grant_codec.h"
#include "tests/fuzz/input.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace latchkey;
  const auto decoded = decode_grant(secret(fuzz::as_text(data, size)));
  if (!decoded) return 0;
  const auto again = decode_grant(encode_grant(*decoded));
  fuzz::require(again.has_value() && again->generation == decoded->generation &&
                again->refresh_token == decoded->refresh_token);
  (void)decoded->expires_at();
  return 0;
}
