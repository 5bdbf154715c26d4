// Numbers from a random_source. Used for jitter and for the values of a login.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>

#include "core/pkce.h"
#include "daemon/ports.h"

namespace latchkey {

/// Evenly spread in [0, 1).
[[nodiscard]] inline double random_fraction(random_source& random) {
  std::array<unsigned char, sizeof(std::uint32_t)> bytes{};
  random.fill(bytes);
  std::uint32_t number = 0;
  std::memcpy(&number, bytes.data(), sizeof number);
  return static_cast<double>(number) / 4294967296.0;
}

/// 256 random bits as 43 characters (RFC 7636 §4.1).
[[nodiscard]] inline secret fresh_random_token(random_source& random) {
  random_bytes bytes{};
  random.fill(bytes);
  return random_token(bytes);
}

}  // namespace latchkey
