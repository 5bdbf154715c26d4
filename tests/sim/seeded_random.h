// All chance in a simulation: one number decides everything. Not the standard distributions, whose results may differ
// between libraries.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "daemon/ports.h"

namespace latchkey::sim {

class seeded_random : public random_source {
 public:
  explicit seeded_random(std::uint64_t seed) : state_(seed) {}

  /// splitmix64.
  std::uint64_t next() {
    state_ += 0x9E3779B97F4A7C15U;
    std::uint64_t mixed = state_;
    mixed = (mixed ^ (mixed >> 30U)) * 0xBF58476D1CE4E5B9U;
    mixed = (mixed ^ (mixed >> 27U)) * 0x94D049BB133111EBU;
    return mixed ^ (mixed >> 31U);
  }
  /// 0 to `count` - 1.
  std::uint64_t below(std::uint64_t count) { return next() % count; }
  /// True `per_mille` times in a thousand.
  bool chance(unsigned per_mille) { return below(1000) < per_mille; }
  template <class Value, std::size_t count>
  Value pick(const std::array<Value, count>& values) {
    return values[below(count)];
  }
  template <class Duration>
  Duration between(Duration least, Duration most) {
    const auto room = static_cast<std::uint64_t>((most - least).count());
    return least + Duration(static_cast<typename Duration::rep>(below(room + 1)));
  }
  void fill(std::span<unsigned char> bytes) override {
    for (unsigned char& byte : bytes) byte = static_cast<unsigned char>(next());
  }

 private:
  std::uint64_t state_;
};

}  // namespace latchkey::sim
