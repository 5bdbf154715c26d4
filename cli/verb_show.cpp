#include <unistd.h>

#include "cli/account_view.h"
#include "cli/json_output.h"
#include "cli/person_view.h"
#include "cli/verb_options.h"
#include "cli/verbs.h"

namespace latchkey::cli {
namespace {

constexpr std::chrono::seconds patience{5};

}  // namespace

int verb_show(invocation& call) {
  verb_options options(call,
                       "Shows everything that is known about one account; no secret. Where it has a good token, the "
                       "provider is asked whose account it is.",
                       "latchkey show work");
  options.account()->required();
  options.json("the account, with the user where the provider tells,");
  if (!options.parse()) return 0;

  client agent;
  const account shown = find_account(agent, call.account);
  const std::optional<person> user = ask_person(agent, shown, patience);
  if (call.json) {
    call.out.print(json::of(shown, user));
    return 0;
  }
  const terminal where = terminal_of(STDOUT_FILENO);
  table details = account_details(shown, now_seconds(), where);
  add_rows(details, user);
  call.out.print(details.render(where));
  return 0;
}

}  // namespace latchkey::cli
