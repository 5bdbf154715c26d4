// What `latchkey doctor` looks at. Each check is one sentence about how it is, and where that is not as it should be,
// the command or setting that mends it.
#pragma once

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

/// All checks, in the order in which a failure makes the next ones moot. Talks to the daemon.
[[nodiscard]] std::vector<check> examine();

// One by one, for tests.
[[nodiscard]] check check_runtime_folder();
[[nodiscard]] check check_socket();
[[nodiscard]] check check_loopback();

}  // namespace latchkey::cli
