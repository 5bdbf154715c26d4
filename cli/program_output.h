// Runs another program for what it prints, within a time. Used by the doctor alone.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace latchkey::cli {

/// Standard output of `words` (found in $PATH, no shell; standard error goes nowhere), where it ended with 0 within
/// `patience` and printed no more than 64 KiB. One that takes longer is killed; one that
/// closes its output is expected to end.
[[nodiscard]] std::optional<std::string> program_output(std::vector<std::string> words,
                                                        std::chrono::milliseconds patience);

}  // namespace latchkey::cli
