// Takes the address at which a browser on another machine ended, from standard input, and finishes with it the login
// that waits in this command. Runs beside that wait, on a thread and a connection of its own; never in the background,
// where the terminal is another job's.
#pragma once

#include <optional>
#include <string>
#include <thread>

#include "cli/interrupt.h"
#include "cli/pasted_lines.h"
#include "cli/standard_input.h"
#include "latchkey/client.h"
#include "os/unique_fd.h"

namespace latchkey::cli {

class pasted_redirect {
 public:
  /// Reads from now on. `account`: whose login waits.
  explicit pasted_redirect(std::string account);
  pasted_redirect(const pasted_redirect&) = delete;
  pasted_redirect& operator=(const pasted_redirect&) = delete;
  /// Reads no more.
  ~pasted_redirect();

  /// How a person hands the address over: a sentence; empty where standard input is nobody's.
  [[nodiscard]] static std::string invitation();

 private:
  void read_lines();
  [[nodiscard]] bool wait_for_input();
  [[nodiscard]] bool stopped_within(int milliseconds) const;
  [[nodiscard]] bool take(pasted_lines::found found);
  void finish();

  std::string account_;
  input_source source_;
  pasted_lines lines_;
  std::optional<client> agent_;
  std::optional<hidden_typing> hidden_;
  unique_fd stop_;
  std::thread thread_;
};

}  // namespace latchkey::cli
