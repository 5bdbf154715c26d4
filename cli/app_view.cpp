#include "cli/app_view.h"

#include "cli/account_view.h"
#include "cli/doctor_checks.h"
#include "core/error.h"

namespace latchkey::cli {
namespace {

// Paths are long, and a cut one would name another program.
constexpr std::size_t longest_app = 4096;

std::string app_word(const std::string& app) {
  return app.empty() ? "-" : printable(app, longest_app);
}

look look_of(const std::string& outcome) {
  if (outcome == "denied" || outcome == "refused_by_person") return look::bad;
  if (outcome == "asked") return look::warning;
  return outcome == "forgotten" ? look::faint : look::good;
}

std::string scopes_word(const app_access& rule, const terminal& where) {
  if (rule.scopes && !rule.scopes->empty()) return joined(*rule.scopes);
  if (!where.is_terminal) return "-";
  return rule.scopes ? "none" : "any";
}

}  // namespace

std::string account_word(const std::string& account, const terminal& where) {
  return account == "*" && where.is_terminal ? "every account" : word(account);
}

table rule_table(const std::vector<app_access>& rules, std::int64_t now, const terminal& where) {
  table shown({"APP", "ACCOUNT", "DECISION", "ENDS", "SCOPES"});
  for (const app_access& each : rules) {
    const bool allowed = each.decision == app_answer::allow;
    const std::string end = !each.until && where.is_terminal ? "never" : moment(each.until, now, where);
    shown.add({{app_word(each.app), look::strong},
               {account_word(each.account, where)},
               {allowed ? "allow" : "deny", allowed ? look::good : look::bad},
               {end},
               {scopes_word(each, where)}});
  }
  return shown;
}

table pending_table(const std::vector<pending_consent>& pending, std::int64_t now, const terminal& where) {
  table shown({"APP", "PROCESS", "ACCOUNT", "ASKED", "ENDS", "SCOPES"});
  for (const pending_consent& each : pending)
    shown.add({{app_word(each.app), look::strong},
               {std::to_string(each.process)},
               {word(each.account)},
               {moment(each.since, now, where)},
               {moment(each.expires_at, now, where)},
               {joined(each.scopes)}});
  return shown;
}

table audit_table(const std::vector<audit_entry>& entries, const terminal& where) {
  table shown({"WHEN", "APP", "PROCESS", "ACCOUNT", "METHOD", "OUTCOME", "GENERATION", "SCOPES"});
  for (const audit_entry& each : entries) {
    std::string outcome = word(each.outcome);
    const look how = look_of(each.outcome);
    shown.add({{moment(each.time, now_seconds(), where)},
               {app_word(each.app), look::strong},
               {std::to_string(each.process)},
               {account_word(each.account, where)},
               {word(each.method)},
               {std::move(outcome), how},
               {each.generation ? std::to_string(*each.generation) : "-"},
               {joined(each.scopes)}});
  }
  return shown;
}

std::optional<app_overview> ask_apps(client& agent) {
  try {
    return agent.apps();
  } catch (const client_error&) {
    return std::nullopt;
  }
}

std::string question_sentence(const pending_consent& asked) {
  return app_word(asked.app) + " wants to use " + printable(asked.account);
}

std::string allow_command(const std::string& app, const std::string& account) {
  return "latchkey apps allow " + printable(shell_word(app), longest_app) + " " + printable(account);
}

}  // namespace latchkey::cli
