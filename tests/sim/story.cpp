#include "tests/sim/story.h"

#include <array>
#include <cstdio>

namespace latchkey::sim {

void story::add(std::string_view text) {
  std::array<char, 32> when{};
  const double now = std::chrono::duration<double>(events_.now()).count();
  const int length = std::snprintf(when.data(), when.size(), "%14.3f  ", now);
  lines_.emplace_back(when.data(), static_cast<std::size_t>(length));
  lines_.back().append(text);
}

}  // namespace latchkey::sim
