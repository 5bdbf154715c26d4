#include "cli/doctor_checks.h"

#include <algorithm>
#include <array>

#include "cli/doctor_daemon.h"
#include "cli/doctor_files.h"
#include "cli/doctor_session.h"
#include "cli/doctor_socket.h"

namespace latchkey::cli {
namespace {

std::string counted(std::ptrdiff_t count, const std::string& one, const std::string& many) {
  return std::to_string(count) + " " + (count == 1 ? one : many);
}

}  // namespace

std::string_view to_string(verdict outcome) noexcept {
  constexpr std::array<std::string_view, 3> names{"ok", "warn", "fail"};
  return names[static_cast<std::size_t>(outcome)];
}

void examine(const on_check& found) {
  found(check_config_files());
  found(check_state_files());
  found(check_store_key());
  found(check_loopback());
  found(check_proxy());
  examine_systemd(found);
  found(check_runtime_folder());
  found(check_socket());
  examine_daemon(found);
}

std::string summary(const std::vector<check>& checks) {
  const auto problems = std::ranges::count(checks, verdict::fail, &check::outcome);
  const auto warnings = std::ranges::count(checks, verdict::warn, &check::outcome);
  if (problems == 0 && warnings == 0) return "all " + std::to_string(checks.size()) + " checks passed";
  std::string text = problems == 0 ? "no problem" : counted(problems, "problem", "problems");
  if (warnings > 0) text += ", " + counted(warnings, "warning", "warnings");
  return text;
}

std::string shell_word(const std::string& path) {
  constexpr std::string_view harmless = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/._-+,:=@%";
  if (!path.empty() && path.find_first_not_of(harmless) == std::string::npos) return path;
  std::string quoted = "'";
  for (const char each : path) quoted += each == '\'' ? std::string("'\\''") : std::string(1, each);
  return quoted + "'";
}

}  // namespace latchkey::cli
