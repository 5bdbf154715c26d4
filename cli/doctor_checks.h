// What `latchkey doctor` looks at. Each check is one sentence about how it is, and where that is not as it should be,
// the command or setting that mends it. Each doctor_* file holds the checks of one theme: those that only look, and
// beside them those that judge what was seen, which are pure.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace latchkey::cli {

enum class verdict { ok, warn, fail };
[[nodiscard]] std::string_view to_string(verdict outcome) noexcept;

struct check {
  std::string name;
  verdict outcome = verdict::ok;
  std::string detail;
  std::string fix;  ///< Empty with ok.
};
using on_check = std::function<void(check)>;

/// Makes all checks, in the order in which a failure makes the next ones moot, and hands out each at once. Talks to the
/// daemon, and has it talk to the providers: takes a minute at most.
void examine(const on_check& found);
/// "all 14 checks passed", "2 problems, 1 warning".
[[nodiscard]] std::string summary(const std::vector<check>& checks);
/// `path` as a shell takes it, quoted where it must be.
[[nodiscard]] std::string shell_word(const std::string& path);

}  // namespace latchkey::cli
