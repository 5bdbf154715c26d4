#include <unistd.h>

#include "cli/account_view.h"
#include "cli/json_output.h"
#include "cli/verb_options.h"
#include "cli/verbs.h"

namespace latchkey::cli {

int verb_show(invocation& call) {
  verb_options options(call, "Shows everything that is known about one account; no secret.", "latchkey show work");
  options.account()->required();
  options.json("the account");
  if (!options.parse()) return 0;

  client agent;
  const account shown = find_account(agent, call.account);
  if (call.json) {
    call.out.print(json::of(shown));
    return 0;
  }
  const terminal where = terminal_of(STDOUT_FILENO);
  call.out.print(account_details(shown, now_seconds(), where).render(where));
  return 0;
}

}  // namespace latchkey::cli
