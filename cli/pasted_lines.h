// Puts lines together from the bytes of standard input. On a terminal that hands on each key it also understands the
// keys with which one corrects a line, and leaves out what only a terminal would understand. Reads nothing itself.
#pragma once

#include <cstddef>
#include <string>

#include "cli/standard_input.h"

namespace latchkey::cli {

class pasted_lines {
 public:
  static constexpr std::size_t longest = std::size_t{63} * 1024;  // A message to the daemon, 64 KiB, holds no more.

  explicit pasted_lines(input_source source);
  pasted_lines(const pasted_lines&) = delete;
  pasted_lines& operator=(const pasted_lines&) = delete;
  ~pasted_lines();

  enum class found {
    nothing,
    line,           ///< text() is a line that is not empty.
    line_too_long,  ///< It was thrown away.
    end,            ///< Ctrl-D.
  };
  [[nodiscard]] found add(char byte);
  /// The last line may end without a line feed.
  [[nodiscard]] found add_end() { return add('\n'); }

  /// The line that add() has found, without the blanks round it; wiped by the next call of add().
  [[nodiscard]] const std::string& text() const noexcept { return text_; }

 private:
  // Where in a sequence such as ESC [ 2 0 0 ~ we are (ECMA-48 section 5.4): a key, or the bracket round a paste.
  enum class escape { none, begun, parameters };

  [[nodiscard]] found end_line();
  [[nodiscard]] bool edits(char byte);
  [[nodiscard]] bool belongs_to_escape(char byte);
  void clear();

  input_source source_;
  std::string text_;
  escape escape_ = escape::none;
  bool too_long_ = false;
  bool taken_ = false;  // text() was given out.
};

}  // namespace latchkey::cli
