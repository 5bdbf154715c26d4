#include <algorithm>

#include "cli/account_options.h"
#include "cli/account_view.h"
#include "cli/client_secret.h"
#include "cli/failure.h"
#include "cli/json_output.h"
#include "cli/login_display.h"
#include "cli/verbs.h"
#include "core/error.h"

namespace latchkey::cli {
namespace {

// Makes the account where it is not there. Returns the scopes to ask for beside the account's own: with a new account
// they are its own.
std::vector<std::string> make_or_check(client& agent, const account_options& described, const invocation& call) {
  const std::vector<account> all = agent.accounts();
  const auto existing = std::ranges::find(all, call.account, &account::name);
  if (existing != all.end()) {
    described.check_agreement(*existing);
    return described.scopes();
  }
  if (!described.given()) fail_unknown_account(call.account, all);
  add_account(agent, described.describe(call.account));
  say("Made the account " + printable(call.account) + ".\n");
  return {};
}

}  // namespace

int verb_login(invocation& call) {
  refuse_secret_argument(call.arguments);
  verb_options options(call,
                       "Logs an account in with the browser. With the options of `latchkey add` it makes the account "
                       "first where there is none of this name.",
                       "latchkey login work\n"
                       "  latchkey login work --provider kraken --client-id MY_CLIENT_ID\n"
                       "  latchkey login work --no-browser");
  options.account()->required();
  bool no_browser = false;
  options.app().add_flag("--no-browser", no_browser,
                         "Print the URL alone as the first line of standard output, then wait");
  account_options described(options);
  options.json("each step, a line each, and at last the account,");
  if (!options.parse()) return 0;

  client agent;
  const std::vector<std::string> scopes = make_or_check(agent, described, call);
  login_display display(call, no_browser ? url_opener::person : url_opener::latchkey);
  agent.login(call.account, no_browser ? login_flow::url : login_flow::browser, scopes,
              [&](const login_step& step) { display.show(step); });
  display.end();
  const account logged_in = find_account(agent, call.account);
  if (call.json)
    call.out.print(json::of(logged_in));
  else
    say(login_sentence(logged_in, now_seconds()) + "\n");
  return 0;
}

}  // namespace latchkey::cli
