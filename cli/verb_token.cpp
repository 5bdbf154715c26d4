#include "cli/json_output.h"
#include "cli/token_request.h"
#include "cli/verbs.h"
#include "core/secret.h"

namespace latchkey::cli {

int verb_token(invocation& call) {
  verb_options options(call, "Prints an access token that works now, and nothing else.",
                       "curl -H \"Authorization: Bearer $(latchkey token work)\" https://api.example.com/\n"
                       "  latchkey token work --min-valid 600 --json");
  options.account()->required();
  const token_request request(options);
  options.json("the token, its end, scopes and generation");
  if (!options.parse()) return 0;

  token given = request.get(call.account);
  if (call.json) {
    std::string object = json::of(given);
    call.out.print(object);
    wipe(object);
  } else {
    call.out.print(given.access_token);
    call.out.print("\n");
  }
  wipe(given.access_token);
  return 0;
}

}  // namespace latchkey::cli
