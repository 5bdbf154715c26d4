// Asks the person a question that has a usual answer, or one that must not be answered by accident.
#pragma once

#include <string>

namespace latchkey::cli {

/// "question [Y/n] ": true for Enter, y or yes; false for n, no, or the end of input; asks again otherwise. Call it
/// only where can_ask().
[[nodiscard]] bool confirm(const std::string& question);
/// "question [y/N] ": true for y or yes alone. For what hands something over. Call it only where can_ask().
[[nodiscard]] bool agrees(const std::string& question);

/// Before what cannot be undone: as agrees(). Throws client_error with exit code 2
/// where no person can be asked: "`what`, and there is no terminal to ask on: add --yes if you mean it".
[[nodiscard]] bool consent(const std::string& question, const std::string& what);

enum class allowance { yes, for_a_day, no, not_now };
/// "question [y]es, for a [d]ay, [n]o; Enter: not now ": not_now, too, at the end of input; asks again otherwise. Call
/// it only where can_ask().
[[nodiscard]] allowance ask_allowance(const std::string& question);

}  // namespace latchkey::cli
