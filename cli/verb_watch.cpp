#include <unistd.h>

#include <algorithm>

#include "cli/account_view.h"
#include "cli/duration_text.h"
#include "cli/failure.h"
#include "cli/json_output.h"
#include "cli/verb_options.h"
#include "cli/verbs.h"
#include "core/error.h"

namespace latchkey::cli {
namespace {

std::string event_line(const event& seen, const terminal& where) {
  const std::int64_t now = now_seconds();
  std::string kind = printable(seen.kind);
  std::ranges::replace(kind, '_', ' ');
  const cell state = state_cell(seen.account, where);
  std::string line = styled(where.is_terminal ? clock_time(now) : absolute_time(now), look::faint, where) + "  " +
                     styled(printable(seen.account.name), look::strong, where) + "  ";
  if (seen.kind != "state") line += kind + ": ";
  line += styled(state.text, state.how, where);
  if (seen.account.generation > 0) line += ", generation " + std::to_string(seen.account.generation);
  if (seen.account.expires_at) line += ", token ends " + moment(seen.account.expires_at, now, where);
  if (!seen.account.reason.empty()) line += ": " + printable(seen.account.reason);
  return line + "\n";
}

}  // namespace

int verb_watch(invocation& call) {
  verb_options options(call,
                       "Prints the state of each account, then a line for each change, until Ctrl-C. With an account "
                       "only that one.",
                       "latchkey watch\n  latchkey watch work --json | jq -c .kind");
  options.account();
  options.json("each event, a line each,");
  if (!options.parse()) return 0;

  const terminal where = terminal_of(STDOUT_FILENO);
  client agent;
  // Watching waits for good. This call does not, and so finds a daemon that hangs, or an account that is not there.
  const std::vector<account> all = agent.accounts();
  if (!call.account.empty() && std::ranges::find(all, call.account, &account::name) == all.end())
    fail_unknown_account(call.account, all);
  try {
    agent.watch(call.account, [&](const event& seen) {
      call.out.print(call.json ? json::of(seen) : event_line(seen, where));
      call.out.flush();
      return true;
    });
  } catch (const output_failed& error) {
    // `watch | head` has seen enough: that is how it is meant to end.
    if (!error.reader_gone()) throw;
  }
  return 0;
}

}  // namespace latchkey::cli
