// Time as core sees it: points handed in by the caller, never read from a clock here.
#pragma once

#include <chrono>
#include <cstdint>

namespace latchkey {

/// CLOCK_BOOTTIME: counts suspend, never jumps. For everything that is scheduled.
struct boot_clock {
  using duration = std::chrono::nanoseconds;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<boot_clock>;
  static constexpr bool is_steady = true;
};
using boot_time = boot_clock::time_point;

/// Wall time, whole seconds since 1970 UTC. Only for what a server said and what is stored.
using wall_time = std::chrono::sys_seconds;

/// One moment on both clocks, read together.
struct instant {
  boot_time boot;
  wall_time wall;
};

using std::chrono::seconds;

/// Counts the access tokens of one grant: 1, 2, 3 … 0 means that there is none yet.
using generation_number = std::uint64_t;

}  // namespace latchkey
