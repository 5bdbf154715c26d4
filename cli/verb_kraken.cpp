#include <array>

#include "cli/kraken_tools.h"
#include "cli/verb_tools.h"
#include "cli/verbs.h"

namespace latchkey::cli {
namespace {

constexpr std::array tools{
    verb_tool{"keys", "List, create, update and delete the account's Fast API keys", kraken_keys},
    verb_tool{"call", "A private call of the Exchange API, signed with a stored key", kraken_call},
    verb_tool{"keygen", "The RSA key pair with which a confidential client is registered", kraken_keygen},
};

}  // namespace

int verb_kraken(invocation& call) {
  verb_with_tools verb;
  verb.what =
      "What Kraken's own API has beyond access tokens: Fast API keys of the person who\n"
      "logged in, calls signed with them, and the key pair that a confidential client\n"
      "is registered with. The secret of a key rests in the store and signs there.\n";
  verb.usage = "TOOL [ARGUMENTS]";
  verb.tools = tools;
  verb.example =
      "  latchkey kraken keys create trading bot --permission funds_query --valid-until 30d\n"
      "  latchkey kraken call trading Balance\n"
      "  latchkey kraken keygen --out private.pem --public public.pem\n";
  verb.no_such = "latchkey kraken has no tool";
  return run_tool(call, verb);
}

}  // namespace latchkey::cli
