#include "cli/account_options.h"
#include "cli/account_view.h"
#include "cli/client_secret.h"
#include "cli/json_output.h"
#include "cli/scope_consent.h"
#include "cli/verbs.h"
#include "core/error.h"

namespace latchkey::cli {

int verb_add(invocation& call) {
  refuse_secret_argument(call.arguments);
  verb_options options(
      call,
      "Makes an account: a name of your choice, bound to a provider, a client id and scopes. It asks before it takes "
      "scopes that move money or that the provider does not document; without a terminal these need --yes. The answer "
      "no exits with 1.",
      "latchkey add work --provider kraken --client-id MY_CLIENT_ID --scope \"account.info:basic\"\n"
      "  latchkey add mail --issuer https://accounts.example.com --client-id ID --scope \"openid email\"");
  options.account()->required();
  account_options account(options);
  const scope_consent consent(options);
  options.json("the account");
  if (!options.parse()) return 0;

  account.check_complete();
  client agent;
  if (!consent.given(agent, account.provider(), account.scopes())) return 1;
  add_account(agent, account.describe(call.account));
  if (account.scopes().empty()) note_empty_scope(agent, account.provider());
  if (call.json) {
    call.out.print(json::of(find_account(agent, call.account)));
    return 0;
  }
  const std::string name = printable(call.account);
  call.out.print("The account " + name + " is there. Log in: latchkey login " + name + "\n");
  return 0;
}

}  // namespace latchkey::cli
