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

}  // namespace

int verb_doctor(invocation& call) {
  verb_options options(call,
                       "Checks the socket, the daemon, its store, the browser and the accounts, and says how to mend "
                       "what is not in order. Exits with 1 if a check fails; warnings do not count.",
                       "latchkey doctor");
  options.json("the checks");
  if (!options.parse()) return 0;

  const std::vector<check> checks = examine();
  const terminal where = terminal_of(STDOUT_FILENO);
  if (call.json)
    call.out.print(json::of(checks));
  else
    for (const check& each : checks) call.out.print(check_text(each, where));
  const bool failed = std::ranges::any_of(checks, [](const check& each) { return each.outcome == verdict::fail; });
  return failed ? 1 : 0;
}

}  // namespace latchkey::cli
