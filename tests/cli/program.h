// Runs the real `latchkey` and keeps what it prints. Every run is bounded: a program that hangs is killed and the test
// fails.
#pragma once

#include <sys/types.h>

#include <map>
#include <string>
#include <vector>

#include "os/unique_fd.h"
#include "tests/cli/fake_daemon.h"

namespace latchkey::cli {

struct outcome {
  int exit_code = -1;  ///< -N: ended by signal N.
  std::string out;
  std::string err;
};

/// What the program finds around it.
struct surroundings {
  std::map<std::string, std::string> environment;  ///< Beside PATH, HOME and TERM.
  std::string input;                               ///< On standard input.
  std::vector<std::string> under;                  ///< The program and its words follow these, an absolute path first.
  // In place of the pipes, where not -1. The caller keeps them.
  int input_fd = -1;
  int output_fd = -1;
  int error_fd = -1;
  bool output_closed = false;
};

class program {
 public:
  program(std::vector<std::string> words, const surroundings& around);
  program(const program&) = delete;
  program& operator=(const program&) = delete;
  ~program();

  /// The next whole line of standard output, without its end. Throws at the end of patience.
  std::string line();
  /// Reads standard error until `text` is there. Throws at the end of patience.
  void wait_for_error_text(const std::string& text);
  void signal(int number) const;
  /// Waits for the end.
  outcome wait();

 private:
  bool read_some();

  pid_t pid_ = -1;
  unique_fd out_;
  unique_fd err_;
  outcome so_far_;
  std::size_t lines_taken_ = 0;  // Bytes of so_far_.out that line() has given out.
};

/// Surroundings with LATCHKEY_SOCKET set to the daemon's.
[[nodiscard]] surroundings near(const fake_daemon& daemon);
/// Runs to the end.
[[nodiscard]] outcome run_program(std::vector<std::string> words, const surroundings& around);
/// What is waiting on the screen side of a terminal.
[[nodiscard]] std::string read_screen(int screen);

}  // namespace latchkey::cli
