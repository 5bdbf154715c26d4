// Asks the person a question that has a usual answer.
#pragma once

#include <string>

namespace latchkey::cli {

/// "question [Y/n] ": true for Enter, y or yes; false for n, no, or the end of input; asks again otherwise. Call it
/// only where can_ask().
[[nodiscard]] bool confirm(const std::string& question);

}  // namespace latchkey::cli
