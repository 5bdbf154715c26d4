// Notices when a crowd of callers has left, so that the memory that it took can go back to the system: the allocator
// keeps it else. Used by process.
#pragma once

#include <algorithm>
#include <cstddef>

namespace latchkey {

class crowd {
 public:
  /// A connection has ended and `left` are open. True where this was the end of a crowd: at least `smallest` were there
  /// once, and a quarter of the most is left. Then counts from there, so that many ends are few truths.
  [[nodiscard]] bool has_left(std::size_t left) noexcept {
    most_ = std::max(most_, left + 1);
    if (most_ < smallest || left > most_ / 4) return false;
    most_ = left;
    return true;
  }

  static constexpr std::size_t smallest = 64;  ///< Fewer take less memory than looking for it is worth.

 private:
  std::size_t most_ = 0;
};

}  // namespace latchkey
