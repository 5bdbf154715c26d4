// The bytes of one fuzz run as text.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace latchkey::fuzz {

inline std::string_view as_text(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

/// A property that must hold for every input; libFuzzer reports the trap.
inline void require(bool holds) {
  if (!holds) __builtin_trap();
}

}  // namespace latchkey::fuzz
