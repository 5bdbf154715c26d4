#include "cli/standard_input.h"

#include <sys/stat.h>
#include <unistd.h>

namespace latchkey::cli {

input_source source_of_input() {
  if (::isatty(STDIN_FILENO) == 1) return input_source::terminal;
  struct stat found {};
  const bool piped = ::fstat(STDIN_FILENO, &found) == 0 && (S_ISFIFO(found.st_mode) || S_ISSOCK(found.st_mode));
  return piped ? input_source::pipe : input_source::nothing;
}

bool in_foreground() {
  const pid_t job = ::tcgetpgrp(STDIN_FILENO);
  return job < 0 || job == ::getpgrp();  // Negative: not the terminal that controls us.
}

bool can_ask() {
  return source_of_input() == input_source::terminal && ::isatty(STDERR_FILENO) == 1 && in_foreground();
}

}  // namespace latchkey::cli
