#include "cli/json_output.h"
#include "cli/verb_options.h"
#include "cli/verbs.h"
#include "core/error.h"

namespace latchkey::cli {

int verb_logout(invocation& call) {
  verb_options options(
      call,
      "Revokes the account's grant at the provider, where it can do that, and forgets it here. The "
      "account itself stays. Where the provider could not be asked, the grant is kept, and you may try again.",
      "latchkey logout work");
  options.account()->required();
  bool no_revoke = false;
  options.app().add_flag("--no-revoke", no_revoke, "Forget the grant here and say nothing to the provider");
  options.json("whether it was revoked, and what is left to do,");
  if (!options.parse()) return 0;

  const logout_result done = client().logout(call.account, !no_revoke);
  if (call.json) {
    call.out.print(json::of(done));
    return 0;
  }
  call.out.print(printable(call.account) + " is logged out" +
                 (done.revoked ? "; the provider has revoked the grant" : "") + ".\n");
  if (!done.note.empty()) call.out.print(printable(done.note) + "\n");
  return 0;
}

}  // namespace latchkey::cli
