#include "cli/confirm.h"
#include "cli/failure.h"
#include "cli/json_output.h"
#include "cli/verb_options.h"
#include "cli/verbs.h"

namespace latchkey::cli {
namespace {

// True for yes.
bool ask_before_removing(const std::string& account) {
  const std::string name = printable(account);
  return consent("Forget the account " + name +
                     ", its grant and its client secret? The provider is not told (latchkey logout " + name +
                     " does that).",
                 "removing " + name + " forgets what is stored for it");
}

}  // namespace

int verb_remove(invocation& call) {
  verb_options options(
      call,
      "Forgets an account with its grant and its client secret. Nothing is revoked at the provider: "
      "`latchkey logout` does that. It asks first; without a terminal it needs --yes. The answer no exits with 1.",
      "latchkey logout work && latchkey remove work --yes");
  options.account()->required();
  bool yes = false;
  options.app().add_flag("-y,--yes", yes, "Do not ask");
  options.json("the name of what was removed");
  if (!options.parse()) return 0;

  if (!yes && !ask_before_removing(call.account)) {
    say("Nothing was removed.\n");
    return 1;
  }
  client().remove_account(call.account);
  call.out.print(call.json ? json::member("removed", call.account)
                           : "The account " + printable(call.account) + " is removed.\n");
  return 0;
}

}  // namespace latchkey::cli
