// Again and again: force a rotation, kill -9 the daemon somewhere within it, start it again, and ask for a token that
// works.
#pragma once

#include <cstdint>
#include <string>

namespace latchkey::kill_test {

enum class provider_kind {
  detects_reuse,  ///< An old refresh token ends the grant at once.
  repeats,        ///< For a while it gives the same answer again.
};

struct loop_settings {
  std::uint64_t kills = 300;
  std::uint64_t seed = 1;
  provider_kind provider = provider_kind::detects_reuse;
  std::string preload;  ///< A library for the daemon (slow_disk); empty: none.
};

/// True where every loss has an excuse. Prints what it saw.
[[nodiscard]] bool run_kill_loop(const loop_settings& settings);

}  // namespace latchkey::kill_test
