#include "cli/json_output.h"
#include "cli/verb_options.h"
#include "cli/verbs.h"

namespace latchkey::cli {

int verb_unlock(invocation& call) {
  verb_options options(call,
                       "Ends what `latchkey lock`, or the locking of your desktop, began: the daemon reads grants from "
                       "its store again when a program asks. It needs no password; a locked keyring still asks for "
                       "its own.",
                       "latchkey unlock");
  options.json("that it is not locked");
  if (!options.parse()) return 0;

  client().unlock();
  call.out.print(call.json ? json::flag("locked", false) : "latchkeyd is unlocked.\n");
  return 0;
}

}  // namespace latchkey::cli
