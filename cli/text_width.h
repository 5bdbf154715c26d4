// How many columns a text takes on a terminal, and how to break it. Knows wide and combining characters without the
// locale tables, which cost more to load than the whole command takes.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace latchkey::cli {

/// Columns of UTF-8 `text` (without escape codes). A byte that is no UTF-8 counts as one.
[[nodiscard]] std::size_t text_width(std::string_view text);
/// `text` in lines of at most `width` columns, broken at spaces where there are any. At least one line.
[[nodiscard]] std::vector<std::string> wrap(std::string_view text, std::size_t width);
/// `text` followed by spaces up to `width` columns.
[[nodiscard]] std::string padded(std::string_view text, std::size_t width);
/// `text` if it fits into `width` columns, else its beginning and "…".
[[nodiscard]] std::string shortened(std::string_view text, std::size_t width);

}  // namespace latchkey::cli
