#include <unistd.h>

#include "cli/account_view.h"
#include "cli/app_view.h"
#include "cli/apps_tools.h"
#include "cli/json_output.h"
#include "cli/verb_options.h"

namespace latchkey::cli {
namespace {

std::string unknown_apps_sentence(const std::string& what) {
  if (what == "allow") return "Any other app may use every account (unknown_apps = \"allow\").\n";
  if (what == "deny") return "No other app may use an account (unknown_apps = \"deny\").\n";
  return "You are asked about any other app.\n";
}

std::string waiting_sentence(std::size_t count) {
  if (count == 0) return {};
  return (count == 1 ? std::string("One app waits") : std::to_string(count) + " apps wait") +
         " for your answer: latchkey apps pending\n";
}

}  // namespace

int apps_list(invocation& call) {
  verb_options options(
      call,
      "Lists what was decided about apps: by you, or because the app logged the account in. In a "
      "pipe the fields are app, account (* is every one), decision, end and scopes.",
      "latchkey apps list\n  latchkey apps list --json | jq '.rules[] | select(.account == \"work\")'");
  options.json("the decisions and the questions that wait");
  if (!options.parse()) return 0;

  const app_overview policy = client().apps();
  if (call.json) {
    call.out.print(json::of(policy));
    return 0;
  }
  if (policy.rules.empty()) say("Nothing was decided about any app yet.\n");
  const terminal where = terminal_of(STDOUT_FILENO);
  call.out.print(rule_table(policy.rules, now_seconds(), where).render(where));
  call.out.flush();
  say(unknown_apps_sentence(policy.unknown_apps) + waiting_sentence(policy.pending.size()));
  return 0;
}

int apps_pending(invocation& call) {
  verb_options options(call,
                       "Lists the apps that wait for your answer. In a pipe the fields are app, process, account, "
                       "asked at, the end of the question, and the scopes that were asked for.",
                       "latchkey apps pending");
  options.json("the questions that wait");
  if (!options.parse()) return 0;

  const std::vector<pending_consent> pending = client().apps().pending;
  if (call.json) {
    call.out.print(json::of(pending));
    return 0;
  }
  if (pending.empty()) {
    say("No app waits for your answer.\n");
    return 0;
  }
  const terminal where = terminal_of(STDOUT_FILENO);
  call.out.print(pending_table(pending, now_seconds(), where).render(where));
  call.out.flush();
  say("Answer with: " + allow_command(pending.front().app, pending.front().account) + " (or deny)\n");
  return 0;
}

}  // namespace latchkey::cli
