// Ctrl-C and SIGTERM end the command at once with 128 + signal. What a wait has changed on the terminal is undone
// first; the daemon sees the connection close and cancels what it did for us.
#pragma once

#include <termios.h>

namespace latchkey::cli {

/// Takes over SIGINT and SIGTERM (unless they are ignored, as under nohup) and ignores SIGPIPE.
void handle_interrupts();
/// Gives SIGPIPE back as it was, for a program that is about to take this process over.
void restore_signals();

/// While it lives, an interrupt erases the line of standard error on which the cursor stands.
class line_to_erase {
 public:
  line_to_erase();
  line_to_erase(const line_to_erase&) = delete;
  line_to_erase& operator=(const line_to_erase&) = delete;
  ~line_to_erase();
};

/// While it lives, the terminal on standard input shows nothing of what is typed; an interrupt turns that back.
class hidden_typing {
 public:
  hidden_typing();
  hidden_typing(const hidden_typing&) = delete;
  hidden_typing& operator=(const hidden_typing&) = delete;
  ~hidden_typing();
};

}  // namespace latchkey::cli
