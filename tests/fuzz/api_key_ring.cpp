// API keys as the store gives them back: what is accepted survives being written and read again.
#include "core/api_key_ring.h"

#include "tests/fuzz/input.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace latchkey;
  const auto ring = decode_api_key_ring(secret(fuzz::as_text(data, size)));
  if (!ring) {
    fuzz::require_said(ring.error());
    return 0;
  }
  const auto again = decode_api_key_ring(encode_api_key_ring(*ring));
  const auto same = [](const kept_api_key& left, const kept_api_key& right) {
    return left.name == right.name && left.api_key == right.api_key && left.key_secret == right.key_secret;
  };
  fuzz::require(again.has_value() && std::ranges::equal(*again, *ring, same));
  return 0;
}
