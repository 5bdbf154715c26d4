#include <unistd.h>

#include "cli/account_view.h"
#include "cli/duration_text.h"
#include "cli/json_output.h"
#include "cli/verb_options.h"
#include "cli/verbs.h"
#include "core/error.h"

namespace latchkey::cli {
namespace {

table daemon_table(const daemon_status& status, std::int64_t now, const terminal& where) {
  table shown({"", ""});
  shown.add({{"daemon", look::faint}, {"latchkeyd " + printable(status.version)}});
  shown.add({{"pid", look::faint}, {std::to_string(status.pid)}});
  shown.add({{"started", look::faint}, {moment(status.started_at, now, where)}});
  shown.add({{"store", look::faint}, {printable(status.store_description)}});
  shown.add(
      {{"browser", look::faint}, {status.can_open_browser ? "yes" : "no: latchkey login opens it, or shows the URL"}});
  for (const std::string& each : status.warnings)
    shown.add({{"warning", look::warning}, {printable(each), look::warning}});
  return shown;
}

// For programs every line says what it is by its first field.
table account_lines(const std::vector<account>& accounts, std::int64_t now, const terminal& where) {
  table lines({"", "", "", ""});
  for (const account& each : accounts)
    lines.add({{"account"}, {printable(each.name)}, state_cell(each, where), {moment(each.expires_at, now, where)}});
  return lines;
}

}  // namespace

int verb_status(invocation& call) {
  verb_options options(call, "Shows the daemon, its store, what it warns about, and the accounts.",
                       "latchkey status\n  latchkey status --json | jq .warnings");
  options.json("all of it");
  if (!options.parse()) return 0;

  const daemon_status status = client().status();
  if (call.json) {
    call.out.print(json::of(status));
    return 0;
  }
  const terminal where = terminal_of(STDOUT_FILENO);
  const std::int64_t now = now_seconds();
  call.out.print(daemon_table(status, now, where).render(where));
  if (!where.is_terminal) {
    call.out.print(account_lines(status.accounts, now, where).render(where));
  } else if (!status.accounts.empty()) {
    call.out.print("\n" + account_table(status.accounts, now, where).render(where));
  }
  return 0;
}

}  // namespace latchkey::cli
