#include <unistd.h>

#include <algorithm>

#include "cli/doctor_checks.h"
#include "cli/json_output.h"
#include "cli/terminal.h"
#include "cli/text_width.h"
#include "cli/verb_options.h"
#include "cli/verbs.h"

namespace latchkey::cli {
namespace {

look look_of(verdict outcome) {
  return outcome == verdict::ok ? look::good : outcome == verdict::warn ? look::warning : look::bad;
}

std::string check_text(const check& shown, const terminal& where) {
  const std::string outcome(to_string(shown.outcome));
  if (!where.is_terminal)
    return outcome + "\t" + shown.name + "\t" + shown.detail + (shown.fix.empty() ? "" : "\t" + shown.fix) + "\n";
  std::string text = styled(padded(outcome, 4), look_of(shown.outcome), where) + "  ";
  const std::string indent(6, ' ');
  const std::size_t width = static_cast<std::size_t>(where.columns) - indent.size();
  bool first = true;
  for (const std::string& line : wrap(shown.name + ": " + shown.detail, width)) {
    text += (first ? "" : indent) + line + "\n";
    first = false;
  }
  if (shown.fix.empty()) return text;
  for (const std::string& line : wrap(shown.fix, width)) text += indent + styled(line, look::strong, where) + "\n";
  return text;
}

verdict worst_of(const std::vector<check>& checks) {
  return std::ranges::max(checks, {}, &check::outcome).outcome;
}

std::string summary_text(const std::vector<check>& checks, const terminal& where) {
  if (!where.is_terminal) return "summary\t" + summary(checks) + "\n";
  return "\n" + styled(summary(checks), look_of(worst_of(checks)), where) + "\n";
}

}  // namespace

int verb_doctor(invocation& call) {
  verb_options options(call,
                       "Checks files, socket, daemon, store, browser, accounts, providers and the clock, and says how "
                       "to mend what is not in order. Each provider gets one request without credentials. Exits with "
                       "1 if a check fails; warnings do not count.",
                       "latchkey doctor\n  latchkey doctor --json | jq '.checks[] | select(.verdict != \"ok\")'");
  options.json("the checks");
  if (!options.parse()) return 0;

  const terminal where = terminal_of(STDOUT_FILENO);
  std::vector<check> checks;
  examine([&](check found) {
    if (!call.json) call.out.print(check_text(found, where));
    if (where.is_terminal) call.out.flush();  // The next check may take a while.
    checks.push_back(std::move(found));
  });
  call.out.print(call.json ? json::of(checks) : summary_text(checks, where));
  return worst_of(checks) == verdict::fail ? 1 : 0;
}

}  // namespace latchkey::cli
