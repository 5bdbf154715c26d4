#include "cli/json_output.h"
#include "cli/verb_options.h"
#include "cli/verbs.h"

namespace latchkey::cli {

int verb_version(invocation& call) {
  verb_options options(call, "Prints the version of this program. `latchkey status` shows the daemon's.",
                       "latchkey version");
  options.json("the version");
  if (!options.parse()) return 0;

  call.out.print(call.json ? json::member("version", LATCHKEY_VERSION) : "latchkey " LATCHKEY_VERSION "\n");
  return 0;
}

}  // namespace latchkey::cli
