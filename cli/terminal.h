// What a descriptor can show: is it a terminal, how large, in colour, beyond ASCII. Asked once by each verb that draws;
// rendering takes the answer as a value, so that tests need no terminal.
#pragma once

#include <string>
#include <string_view>

namespace latchkey::cli {

struct terminal {
  bool is_terminal = false;
  int columns = 80;
  bool colour = false;
  int rows = 24;
  bool utf8 = false;  ///< It shows more than ASCII.
};

/// Looks at `fd`, $COLUMNS and $LINES (where the terminal does not tell), $TERM, $NO_COLOR (no-color.org: set and not
/// empty), and for the character set at $LC_ALL, $LC_CTYPE, $LANG (setlocale(3): the first that is not empty counts).
[[nodiscard]] terminal terminal_of(int fd);

enum class look { plain, good, warning, bad, faint, strong };

/// `text` with the escape codes of `how` round it, where `where` has colour.
[[nodiscard]] std::string styled(std::string_view text, look how, const terminal& where);

}  // namespace latchkey::cli
