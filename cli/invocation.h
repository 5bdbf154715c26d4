// One run of the command: what was asked, and where the answer goes. Made by command_line, filled by the verb's
// options.
#pragma once

#include <string>
#include <vector>

#include "cli/standard_output.h"

namespace latchkey::cli {

struct invocation {
  std::string verb;
  std::vector<std::string> arguments;  ///< After the verb.
  std::string account;                 ///< The one it is about; empty: none. For advice in errors.
  bool json = false;
  standard_output out;
};

}  // namespace latchkey::cli
