// Which known word a mistyped one was meant to be. Used for verbs, options and account names.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace latchkey::cli {

/// The nearest of `known` by edit distance (a swap of neighbours counts as one), if it is near enough to be a slip.
[[nodiscard]] std::optional<std::string> nearest_word(std::string_view word, const std::vector<std::string>& known);
/// "; did you mean X?", or nothing.
[[nodiscard]] std::string suggestion(std::string_view word, const std::vector<std::string>& known);

}  // namespace latchkey::cli
