#include "cli/doctor_daemon.h"

#include <algorithm>
#include <optional>

#include "cli/account_view.h"
#include "cli/app_view.h"
#include "cli/doctor_providers.h"
#include "cli/duration_text.h"
#include "cli/spinner.h"
#include "core/error.h"
#include "os/open_url.h"
#include "os/paths.h"

namespace latchkey::cli {
namespace {

constexpr std::string_view restart = "Restart it: systemctl --user restart latchkeyd";
constexpr std::string_view unlock = "Unlock the keyring of your desktop, then run latchkey doctor again.";

check judge_browser(const daemon_status& status) {
  if (status.can_open_browser) return {"browser", verdict::ok, "the daemon can open one", ""};
  if (can_open_url()) return {"browser", verdict::ok, "this session can open one; `latchkey login` does it itself", ""};
  return {"browser", verdict::warn, "neither the daemon nor this session can open one",
          "Use latchkey login ACCOUNT --device or --no-browser, or set BROWSER."};
}

check judge_warning(const std::string& warning) {
  return {"warning", verdict::warn, printable(warning), "The daemon goes on by itself once that is mended."};
}

std::string grant_text(const account& each, std::int64_t now) {
  if (each.state == "logged_out") return "logged out; `latchkey login " + printable(each.name) + "` logs in";
  if (!each.expires_at) return "has a grant";
  if (*each.expires_at <= now) return "has a grant; its token is renewed when an app asks";
  return "has a grant; its token ends " + relative_time(*each.expires_at, now);
}

std::optional<daemon_status> ask(const on_check& found) {
  try {
    const spinner waiting({"Asking the daemon", std::nullopt});
    return client().status();
  } catch (const client_error& error) {
    const error_info& absent = info(errc::no_daemon);
    const std::string fix(error.name() == absent.wire_name ? absent.advice : restart);
    found({"daemon", verdict::fail, printable(error.what()), fix});
    return std::nullopt;
  }
}

std::optional<app_overview> policy() {
  try {
    client agent;
    return ask_apps(agent);
  } catch (const client_error&) {  // Gone since it answered: what follows tells.
    return std::nullopt;
  }
}

}  // namespace

check judge_version(const daemon_status& status) {
  check found{"version", verdict::ok, "latchkeyd and latchkey are both " LATCHKEY_VERSION, ""};
  if (status.version == LATCHKEY_VERSION) return found;
  found.outcome = verdict::warn;
  found.detail = "latchkeyd is " + printable(status.version) + ", latchkey is " LATCHKEY_VERSION;
  found.fix = restart;
  return found;
}

check judge_store(const daemon_status& status) {
  // The first half says where; what follows is for `latchkey status`, and judged by other checks.
  const std::string where = printable(status.store_description.substr(0, status.store_description.find(';')));
  if (status.locked)
    return {"store", verdict::warn, "latchkeyd is locked: no program gets a token", "Run: latchkey unlock"};
  const auto closed = std::ranges::find(status.accounts, "unavailable", &account::state);
  if (closed == status.accounts.end()) return {"store", verdict::ok, where, ""};
  const bool keyring = status.store == "secret_service";
  return {"store", verdict::fail, where + " does not let grants be read: " + printable(closed->reason),
          keyring ? std::string(unlock) : "Do what it says, then run latchkey doctor again."};
}

check judge_account(const account& each, std::int64_t now) {
  const std::string name = printable(each.name);
  check found{"account " + name, verdict::ok, grant_text(each, now), ""};
  if (each.state == "unavailable")
    return {found.name, verdict::fail, "its grant cannot be read", "See what the check of the store says."};
  if (each.state != "login_required" && each.state != "backing_off" && each.state != "unsaved") return found;
  found.outcome = verdict::warn;
  found.detail = each.reason.empty() ? printable(each.state) : printable(each.reason);
  if (each.state == "login_required")
    found.fix = "Run: latchkey login " + name;
  else
    found.fix = "Nothing to do: " + next_cell(each, now).text + ". To try now, run: latchkey token " + name;
  return found;
}

std::vector<check> judge_accounts(const std::vector<account>& accounts, std::int64_t now) {
  constexpr std::size_t most_told = 20;
  if (accounts.empty()) return {{"accounts", verdict::ok, "none yet; latchkey add makes one", ""}};
  std::vector<check> checks;
  checks.reserve(accounts.size());
  for (const account& each : accounts) checks.push_back(judge_account(each, now));
  if (checks.size() <= most_told) return checks;
  const auto in_order = std::erase_if(checks, [](const check& each) { return each.outcome == verdict::ok; });
  if (in_order > 0) checks.push_back({"accounts", verdict::ok, std::to_string(in_order) + " are in order", ""});
  return checks;
}

check judge_apps(const app_overview& policy) {
  if (policy.pending.empty()) {
    const auto count = std::to_string(policy.rules.size());
    const std::string others = policy.unknown_apps == "allow"  ? "any other is allowed"
                               : policy.unknown_apps == "deny" ? "any other is denied"
                                                               : "any other is asked about";
    return {"apps", verdict::ok, count + " decided about; " + others, ""};
  }
  const pending_consent& first = policy.pending.front();
  std::string detail = question_sentence(first) + " and waits for your answer";
  if (policy.pending.size() > 1) detail += ", and so do " + std::to_string(policy.pending.size() - 1) + " more";
  return {"apps", verdict::warn, detail,
          "Run: " + allow_command(first.app, first.account) + " (or deny; latchkey apps pending lists them)"};
}

void examine_daemon(const on_check& found) {
  if (!socket_path())
    return found({"daemon", verdict::fail, "cannot be asked: there is no place for its socket",
                  "Mend the runtime folder first (see above)."});
  const auto status = ask(found);
  if (!status) return;
  found({"daemon", verdict::ok, "answers, process " + std::to_string(status->pid), ""});
  found(judge_version(*status));
  found(judge_store(*status));
  for (const std::string& each : status->warnings) found(judge_warning(each));
  found(judge_browser(*status));
  if (const auto apps = policy()) found(judge_apps(*apps));
  // Of those that nobody has asked for, a locked daemon knows nothing.
  if (!status->locked)
    for (check& each : judge_accounts(status->accounts, now_seconds())) found(std::move(each));
  examine_providers(status->accounts, found);
}

}  // namespace latchkey::cli
