// How long to wait and how much life to ask for: the numbers behind account_fsm. Pure.
#pragma once

#include <optional>

#include "core/types.h"

namespace latchkey {

/// Wait after the `failures`th transient failure in a row (1, 2, …): full jitter (`jitter` in [0,1)) over an
/// exponential ceiling between limits::first_backoff and limits::longest_backoff, at least limits::shortest_backoff. It
/// goes on top of `retry_after`, so that accounts that were told the same second do not come back together.
[[nodiscard]] boot_clock::duration backoff(unsigned failures, std::optional<seconds> retry_after, double jitter);

/// What a caller gets that asks for no min_valid: limits::default_min_valid, or a quarter of a shorter lifetime.
[[nodiscard]] boot_clock::duration lenient_min_valid(std::optional<seconds> lifetime);

/// A random moment late in a life of `lifetime` that ends at `end`: between limits::refresh_ahead_from and
/// refresh_ahead_to of it, by `jitter` in [0,1).
[[nodiscard]] boot_time before_end(boot_time end, seconds lifetime, double jitter);

}  // namespace latchkey
