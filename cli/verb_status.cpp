#include <unistd.h>

#include "cli/account_view.h"
#include "cli/app_view.h"
#include "cli/duration_text.h"
#include "cli/json_output.h"
#include "cli/verb_options.h"
#include "cli/verbs.h"
#include "core/error.h"

namespace latchkey::cli {
namespace {

table daemon_table(const daemon_status& status, const std::vector<pending_consent>& pending, std::int64_t now,
                   const terminal& where) {
  table shown({"", ""});
  shown.add({{"daemon", look::faint}, {"latchkeyd " + printable(status.version)}});
  shown.add({{"pid", look::faint}, {std::to_string(status.pid)}});
  shown.add({{"started", look::faint}, {moment(status.started_at, now, where)}});
  // What follows the first half is advice, which `latchkey doctor` gives where it is needed.
  const std::string& store = status.store_description;
  shown.add({{"store", look::faint}, {printable(where.is_terminal ? store.substr(0, store.find(';')) : store)}});
  shown.add(
      {{"browser", look::faint}, {status.can_open_browser ? "yes" : "no: latchkey login opens it, or shows the URL"}});
  if (status.locked)
    shown.add({{"locked", look::warning},
               {"since " + moment(status.locked_since, now_seconds(), where) + "; `latchkey unlock` ends it",
                look::warning}});
  for (const std::string& each : status.warnings)
    shown.add({{"warning", look::warning}, {printable(each), look::warning}});
  for (const pending_consent& each : pending)
    shown.add({{"pending", look::warning},
               {question_sentence(each) + (where.is_terminal ? ": latchkey apps pending" : ""), look::warning}});
  return shown;
}

table outlook_table(const std::vector<account>& accounts, std::int64_t now, const terminal& where) {
  table shown({"ACCOUNT", "STATE", "TOKEN", "REFRESHED", "NEXT", "LAST USED"});
  for (const account& each : accounts)
    shown.add({{printable(each.name), look::strong},
               state_cell(each, where),
               token_cell(each, now, where),
               {refreshed_text(each, now)},
               next_cell(each, now),
               {last_use(each, now)}});
  return shown;
}

table reasons(const std::vector<account>& accounts) {
  table shown({"", ""});
  for (const account& each : accounts)
    if (!each.reason.empty()) shown.add({{printable(each.name), look::strong}, {printable(each.reason)}});
  return shown;
}

// For programs every line says what it is by its first field. New fields come at the end.
table account_lines(const std::vector<account>& accounts, std::int64_t now, const terminal& where) {
  table lines(std::vector<std::string>(10));
  for (const account& each : accounts)
    lines.add({{"account"},
               {printable(each.name)},
               state_cell(each, where),
               token_cell(each, now, where),
               {moment(each.refreshed_at, now, where)},
               {word(each.next_action)},
               {moment(each.next_action_at, now, where)},
               {moment(each.last_used_at, now, where)},
               {word(each.last_used_by)},
               {word(each.reason)}});
  return lines;
}

std::string people_see(const std::vector<account>& accounts, std::int64_t now, const terminal& where) {
  if (accounts.empty()) return {};
  std::string text = "\n" + outlook_table(accounts, now, where).render(where);
  const table why = reasons(accounts);
  return why.empty() ? text : text + "\n" + why.render(where);
}

}  // namespace

int verb_status(invocation& call) {
  verb_options options(call,
                       "Shows the daemon, its store, what it warns about, and of each account the life left of its "
                       "token, what the daemon does next by itself, and who used it last. In a pipe the line of an "
                       "account has the fields: account, name, state, end of the token, refreshed at, next action, "
                       "at, last used at, by, reason.",
                       "latchkey status\n  latchkey status --json | jq .warnings");
  options.json("daemon, warnings and accounts");
  if (!options.parse()) return 0;

  client agent;
  const daemon_status status = agent.status();
  const std::vector<pending_consent> pending = ask_apps(agent).value_or(app_overview{}).pending;
  if (call.json) {
    call.out.print(json::of(status, pending));
    return 0;
  }
  const terminal where = terminal_of(STDOUT_FILENO);
  const std::int64_t now = now_seconds();
  call.out.print(daemon_table(status, pending, now, where).render(where));
  call.out.print(where.is_terminal ? people_see(status.accounts, now, where)
                                   : account_lines(status.accounts, now, where).render(where));
  return 0;
}

}  // namespace latchkey::cli
