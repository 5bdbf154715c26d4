#include "cli/app_consent.h"
#include "cli/json_output.h"
#include "cli/verb_options.h"
#include "cli/verbs.h"

namespace latchkey::cli {

int verb_dpop(invocation& call) {
  verb_options options(
      call,
      "Prints a DPoP proof (RFC 9449) for one request with an account's access token, and nothing else: "
      "the value of the header DPoP. For accounts that were added with --dpop. A proof is good for this "
      "method and address, once, and for a few seconds.",
      "url=https://api.example.com/orders\n"
      "  curl -H \"Authorization: DPoP $(latchkey token work)\" \\\n"
      "       -H \"DPoP: $(latchkey dpop work GET $url)\" $url");
  options.account()->required();
  dpop_request request;
  options.app().add_option("METHOD", request.method, "The request's method, such as GET")->type_name("")->required();
  options.app().add_option("URL", request.url, "The request's address")->type_name("")->required();
  options.app()
      .add_option("--nonce", request.nonce, "What the server gave in DPoP-Nonce, where it refused with use_dpop_nonce")
      ->type_name("NONCE");
  options.app()
      .add_option("--generation", request.generation, "Fail unless the account's token is still this one")
      ->type_name("N");
  options.json("the proof and the generation of its token");
  if (!options.parse()) return 0;

  const dpop_proof made = with_consent(call.account, [&] { return client().sign_dpop(call.account, request); });
  if (call.json)
    call.out.print(json::of(made));
  else
    call.out.print(made.proof + "\n");
  return 0;
}

}  // namespace latchkey::cli
