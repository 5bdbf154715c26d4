// "Did you mean …?": the known word that a mistyped one stands for. Used wherever a name from a person is unknown.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace latchkey {

/// The known word nearest to `word` by edit distance, if it is near enough to be a slip of the keyboard.
[[nodiscard]] std::optional<std::string> nearest_word(std::string_view word, const std::vector<std::string>& known);

/// For a sentence: `did you mean "work"?`, or, where none is near, `it is one of "work", "home"`.
[[nodiscard]] std::string offered(std::string_view word, const std::vector<std::string>& words);

}  // namespace latchkey
