#include "core/refresh_policy.h"

#include <algorithm>
#include <cmath>

#include "core/limits.h"

namespace latchkey {

boot_clock::duration backoff(unsigned failures, std::optional<seconds> retry_after, double jitter) {
  seconds ceiling = limits::first_backoff;
  for (unsigned i = 1; i < failures && ceiling < limits::longest_backoff; ++i) ceiling *= 2;
  ceiling = std::min(ceiling, limits::longest_backoff);
  const std::chrono::duration<double> jittered = ceiling * std::clamp(jitter, 0.0, 1.0);
  const auto wait = std::chrono::duration_cast<boot_clock::duration>(jittered);
  if (!retry_after) return std::max<boot_clock::duration>(wait, limits::shortest_backoff);
  // On top, not instead: many accounts are told the same second, and must not come back in it together.
  return std::clamp(*retry_after, seconds(0), limits::longest_retry_after) +
         std::max<boot_clock::duration>(wait, limits::shortest_backoff);
}

boot_clock::duration lenient_min_valid(std::optional<seconds> lifetime) {
  const boot_clock::duration usual = limits::default_min_valid;
  if (!lifetime) return usual;
  return std::min(usual, boot_clock::duration(std::clamp(*lifetime, seconds(0), limits::longest_lifetime)) / 4);
}

boot_time before_end(boot_time end, seconds lifetime, double jitter) {
  const double share = std::lerp(limits::refresh_ahead_from, limits::refresh_ahead_to, std::clamp(jitter, 0.0, 1.0));
  const std::chrono::duration<double> left = std::clamp(lifetime, seconds(0), limits::longest_lifetime) * (1 - share);
  return end - std::chrono::duration_cast<boot_clock::duration>(left);
}

}  // namespace latchkey
