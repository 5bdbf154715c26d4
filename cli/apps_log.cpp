#include <unistd.h>

#include "cli/app_name.h"
#include "cli/app_view.h"
#include "cli/apps_tools.h"
#include "cli/json_output.h"
#include "cli/verb_options.h"

namespace latchkey::cli {

int apps_log(invocation& call) {
  verb_options options(call,
                       "Shows which app got what, and what was decided, newest last. An app that asks again and again "
                       "is told of once for each token. In a pipe the fields are time, app, process, account, method, "
                       "outcome, generation of the token, and scopes. There is no token in it.",
                       "latchkey apps log --account work\n  latchkey apps log --app git --json | jq '.entries[-1]'");
  audit_filter wanted;
  options.app().add_option("--account", wanted.account, "Of this account alone")->type_name("ACCOUNT");
  options.app().add_option("--app", wanted.app, "Of this app alone")->type_name("APP");
  options.app()
      .add_option("--limit", wanted.limit, "So many of the newest")
      ->check(CLI::Range(std::int64_t{1}, INT64_MAX).description(""))
      ->type_name("N");
  options.json("the entries");
  if (!options.parse()) return 0;

  if (!wanted.app.empty() && wanted.app != "unknown") wanted.app = resolve_app(wanted.app);
  const std::vector<audit_entry> entries = client().audit_log(wanted);
  if (call.json) {
    call.out.print(json::of(entries));
    return 0;
  }
  if (entries.empty()) say("There is no entry.\n");
  const terminal where = terminal_of(STDOUT_FILENO);
  call.out.print(audit_table(entries, where).render(where));
  return 0;
}

}  // namespace latchkey::cli
