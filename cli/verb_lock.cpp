#include "cli/json_output.h"
#include "cli/verb_options.h"
#include "cli/verbs.h"

namespace latchkey::cli {

int verb_lock(invocation& call) {
  verb_options options(call,
                       "The daemon forgets every token, client secret and key, once what is under way is stored. Until "
                       "`latchkey unlock`, programs that ask for a token are told that it is locked (exit code 7). It "
                       "protects what is in memory; what rests in the store has the store's own protection.",
                       "latchkey lock");
  options.json("that it is locked");
  if (!options.parse()) return 0;

  client().lock();
  call.out.print(call.json ? json::flag("locked", true)
                           : "latchkeyd is locked: it holds no secret until `latchkey unlock`.\n");
  return 0;
}

}  // namespace latchkey::cli
