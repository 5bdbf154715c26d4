#include <unistd.h>

#include "cli/account_view.h"
#include "cli/json_output.h"
#include "cli/verb_options.h"
#include "cli/verbs.h"

namespace latchkey::cli {

int verb_list(invocation& call) {
  verb_options options(
      call,
      "Lists the accounts with their state, the end of their token and their scopes. In a pipe: a line "
      "an account, fields separated by tabs.",
      "latchkey list\n  latchkey list --json | jq -r '.accounts[].name'");
  options.json("the accounts");
  if (!options.parse()) return 0;

  const std::vector<account> accounts = client().accounts();
  if (call.json) {
    call.out.print(json::of(accounts));
    return 0;
  }
  if (accounts.empty()) say("There is no account yet. Make one: latchkey help login\n");
  const terminal where = terminal_of(STDOUT_FILENO);
  call.out.print(account_table(accounts, now_seconds(), where).render(where));
  return 0;
}

}  // namespace latchkey::cli
