// A line on standard error that moves while a call blocks, with the time left. Draws nothing where standard error is no
// terminal.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "cli/interrupt.h"
#include "cli/terminal.h"

namespace latchkey::cli {

/// What the wait is for, and until when (Unix seconds) it lasts at most.
struct wait_notice {
  std::string text;
  std::optional<std::int64_t> until;
};

/// One frame, without colour, cut to `columns`: "⠋ Waiting for the browser (4 min 58 s left)".
[[nodiscard]] std::string spinner_line(const wait_notice& notice, unsigned frame, std::int64_t now, int columns);

/// Whole lines on standard error from a thread beside the one that waits: a spinner goes on below them.
void say_above_spinner(const std::string& text);

/// Moves from construction to destruction, on a thread of its own.
class spinner {
 public:
  explicit spinner(wait_notice notice);
  spinner(const spinner&) = delete;
  spinner& operator=(const spinner&) = delete;
  /// Erases the line.
  ~spinner();

 private:
  void draw(const std::stop_token& stopped);

  terminal terminal_;
  wait_notice notice_;
  std::optional<line_to_erase> line_;
  std::mutex mutex_;
  std::condition_variable_any end_;
  std::jthread thread_;  // Last: it uses all of the above.
};

}  // namespace latchkey::cli
