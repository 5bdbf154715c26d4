// A key set: within its bounds, each key of one kind, and what is told of the others is safe to show.
#include "core/jwk_set.h"

#include <algorithm>

#include "core/limits.h"
#include "tests/fuzz/input.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace latchkey;
  const auto set = parse_jwk_set(fuzz::as_text(data, size));
  if (!set) {
    fuzz::require(!set.error().message.empty());
    fuzz::require(printable(set.error().message, set.error().message.size()) == set.error().message);
    return 0;
  }
  fuzz::require(set->keys.size() + set->warnings.size() <= limits::jwk_set_keys);
  for (const auto& warning : set->warnings) fuzz::require(printable(warning, warning.size()) == warning);
  for (const auto& each : set->keys) {
    using enum signature_algorithm;
    fuzz::require(each.key.fits(rs256) == each.key.fits(ps256));
    fuzz::require(each.key.fits(rs256) + each.key.fits(es256) + each.key.fits(eddsa) == 1);
    const auto algorithm = signature_algorithm_of(each.alg);
    fuzz::require(each.alg.empty() || (algorithm && each.key.fits(*algorithm)));
    for (const auto any : {rs256, ps256, es256, eddsa})
      fuzz::require(!each.key.verifies(any, "text", "") && !each.key.verifies(any, "text", std::string(64, 'x')));
  }
  return 0;
}
