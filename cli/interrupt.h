// Ctrl-C and SIGTERM end the command at once with 128 + signal. What a wait has changed on the terminal is undone
// first; the daemon sees the connection close and cancels what it did for us.
#pragma once

#include <signal.h>
#include <termios.h>

namespace latchkey::cli {

/// Takes over SIGINT and SIGTERM (unless they are ignored, as under nohup) and ignores SIGPIPE.
void handle_interrupts();
/// Gives SIGPIPE back as it was, for a program that is about to take this process over.
void restore_signals();

/// An interrupt is ending the command: nothing is to be drawn any more.
[[nodiscard]] bool interrupted();

/// A thread started while it lives takes no signal that is the main thread's, and reading a terminal that belongs to
/// another job fails there instead of stopping the process.
class signals_blocked {
 public:
  signals_blocked();
  signals_blocked(const signals_blocked&) = delete;
  signals_blocked& operator=(const signals_blocked&) = delete;
  ~signals_blocked();

 private:
  sigset_t before_{};
};

/// While it lives, an interrupt erases the line of standard error on which the cursor stands.
class line_to_erase {
 public:
  line_to_erase();
  line_to_erase(const line_to_erase&) = delete;
  line_to_erase& operator=(const line_to_erase&) = delete;
  ~line_to_erase();
};

enum class typing {
  by_line,  ///< The terminal collects and edits a line, of at most 4,095 bytes (termios(3)).
  by_key,   ///< Each byte comes as it is typed; the reader puts lines together.
};

/// While it lives, the terminal on standard input shows nothing of what is typed. An interrupt turns that back, and so
/// does Ctrl-Z until the command goes on.
class hidden_typing {
 public:
  explicit hidden_typing(typing how);
  hidden_typing(const hidden_typing&) = delete;
  hidden_typing& operator=(const hidden_typing&) = delete;
  ~hidden_typing();

  /// After a time in the background, in which the terminal was another job's. Does nothing while it still is.
  void again();

 private:
  typing how_;
};

}  // namespace latchkey::cli
