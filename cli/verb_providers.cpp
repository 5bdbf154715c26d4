#include <unistd.h>

#include "cli/json_output.h"
#include "cli/provider_view.h"
#include "cli/verb_options.h"
#include "cli/verbs.h"

namespace latchkey::cli {

int verb_providers(invocation& call) {
  verb_options options(call,
                       "Lists the providers that are known by name: the built-in ones and your own files. With a name, "
                       "shows that one. Any other provider is reached by its issuer or its addresses (latchkey add).",
                       "latchkey providers kraken");
  std::string name;
  options.app().add_option("NAME", name, "Only this provider, in full")->type_name("");
  options.json("the providers");
  if (!options.parse()) return 0;

  const terminal where = terminal_of(STDOUT_FILENO);
  if (!name.empty()) {
    const provider_description shown = find_provider(name);
    call.out.print(call.json ? json::of(shown) : provider_details(shown).render(where));
    return 0;
  }
  const std::vector<provider_description> all = client().providers();
  call.out.print(call.json ? json::of(all) : provider_table(all).render(where));
  return 0;
}

}  // namespace latchkey::cli
