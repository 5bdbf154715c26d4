// Asks the person a question that has a usual answer. Call these only where can_ask().
#pragma once

#include <string>

namespace latchkey::cli {

/// "question [Y/n] ": true for Enter, y or yes; false for n, no, or the end of input; asks again otherwise.
[[nodiscard]] bool confirm(const std::string& question);
/// "question [y/N] ": true for y or yes alone. For what cannot be taken back, or hands something over.
[[nodiscard]] bool agrees(const std::string& question);

}  // namespace latchkey::cli
