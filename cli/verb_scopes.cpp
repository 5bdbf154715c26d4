#include <unistd.h>

#include "cli/json_output.h"
#include "cli/provider_view.h"
#include "cli/verb_options.h"
#include "cli/verbs.h"

namespace latchkey::cli {

int verb_scopes(invocation& call) {
  verb_options options(call,
                       "Lists a provider's scopes: what each allows, and whether it reads, writes or moves money.",
                       "latchkey scopes kraken");
  std::string name;
  options.app().add_option("PROVIDER", name, "A provider known by name")->type_name("")->required();
  options.json("the scopes");
  if (!options.parse()) return 0;

  const provider_description shown = find_provider(name);
  const terminal where = terminal_of(STDOUT_FILENO);
  if (call.json) {
    call.out.print(json::scopes_of(shown));
    return 0;
  }
  call.out.print(scope_table(shown.scopes, where).render(where));
  call.out.flush();
  say(scope_notes(shown));
  return 0;
}

}  // namespace latchkey::cli
