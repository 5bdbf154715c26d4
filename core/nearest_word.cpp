#include "core/nearest_word.h"

#include <algorithm>
#include <numeric>

#include "core/limits.h"

namespace latchkey {
namespace {

// Counts a swap of two neighbours as one slip, as typing goes.
std::size_t edit_distance(std::string_view left, std::string_view right) {
  std::vector<std::size_t> before(right.size() + 1);
  std::iota(before.begin(), before.end(), std::size_t{0});
  std::vector<std::size_t> swapped = before;
  for (std::size_t i = 1; i <= left.size(); ++i) {
    std::vector<std::size_t> row{i};
    for (std::size_t j = 1; j <= right.size(); ++j) {
      const std::size_t other = left[i - 1] == right[j - 1] ? 0 : 1;
      std::size_t least = std::min({before[j] + 1, row[j - 1] + 1, before[j - 1] + other});
      if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1])
        least = std::min(least, swapped[j - 2] + 1);
      row.push_back(least);
    }
    swapped = std::move(before);
    before = std::move(row);
  }
  return before.back();
}

}  // namespace

std::optional<std::string> nearest_word(std::string_view word, const std::vector<std::string>& known) {
  if (word.size() > limits::account_name) return std::nullopt;  // No slip of the keyboard, and slow to compare.
  std::size_t least = std::max<std::size_t>(1, word.size() / 3) + 1;
  std::optional<std::string> nearest;
  for (const std::string& each : known) {
    const std::size_t distance = edit_distance(word, each);
    if (distance >= least || distance >= each.size()) continue;
    least = distance;
    nearest = each;
  }
  return nearest;
}

std::string offered(std::string_view word, const std::vector<std::string>& words) {
  if (const auto meant = nearest_word(word, words)) return "did you mean \"" + *meant + "\"?";
  std::string text = "it is one of";
  for (const std::string& each : words) text += (each == words.front() ? " \"" : ", \"") + each + "\"";
  return text;
}

}  // namespace latchkey
