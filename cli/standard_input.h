// What stands on standard input, and whether this process may read it now.
#pragma once

namespace latchkey::cli {

enum class input_source {
  nothing,   ///< /dev/null, a file, or closed: nobody is there to answer a question.
  pipe,      ///< Another program, by a pipe or a socket.
  terminal,  ///< A person.
};

[[nodiscard]] input_source source_of_input();
/// The terminal on standard input is this job's, or is no job's: reading and setting it does not stop the process.
/// Safe in a signal handler.
[[nodiscard]] bool in_foreground();
/// A person is there who sees standard error and can answer.
[[nodiscard]] bool can_ask();

}  // namespace latchkey::cli
