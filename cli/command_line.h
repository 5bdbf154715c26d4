// From the words of the command line to an exit code: finds the verb, runs it, reports what goes wrong.
#pragma once

#include <string>
#include <vector>

#include "cli/verbs.h"

namespace latchkey::cli {

/// The verb of this name. Throws client_error with exit code 2 that offers the nearest one.
[[nodiscard]] const verb& require_verb(const std::string& name);

/// `words`: argv without the program. Returns the exit code; throws nothing.
[[nodiscard]] int run(const std::vector<std::string>& words);

}  // namespace latchkey::cli
