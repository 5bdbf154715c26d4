#include <span>
#include <utility>

#include "cli/failure.h"
#include "cli/helper_tools.h"
#include "cli/sasl_response.h"
#include "cli/token_request.h"
#include "core/base64.h"
#include "core/secret.h"

namespace latchkey::cli {
namespace {

using sasl_mechanism = result<std::string> (*)(const sasl_identity&, const std::string&);

// Nothing for the bare token.
sasl_mechanism mechanism_of(const std::string& name, const sasl_identity& who) {
  if (name.empty() && !who.user.empty())
    fail(errc::bad_request, "--user is for --sasl; without it the token alone is printed");
  if (name != "oauthbearer" && (!who.host.empty() || who.port))
    fail(errc::bad_request, "--host and --port are for --sasl oauthbearer");
  if (name.empty()) return nullptr;
  return name == "xoauth2" ? xoauth2_response : oauthbearer_response;
}

// In base64, as SASL's profiles for mail want it; wipes the token.
std::string response(sasl_mechanism mechanism, const sasl_identity& who, token& given) {
  std::string plain = mechanism(who, given.access_token).value();
  wipe(given.access_token);
  std::string encoded = base64_encode(std::span(reinterpret_cast<const unsigned char*>(plain.data()), plain.size()));
  wipe(plain);
  return encoded;
}

// Before the daemon is asked for anything.
void refuse_bad_identity(sasl_mechanism mechanism, const sasl_identity& who) {
  if (const auto tried = mechanism(who, {}); !tried) fail(tried.error());
}

}  // namespace

int helper_xoauth2(invocation& call) {
  verb_options options(call,
                       "For mail programs. Prints the token alone, which is what msmtp (passwordeval) and mbsync "
                       "(PassCmd) want; with --sasl the whole initial response of the mechanism in base64, for "
                       "programs that pass it on as it is.",
                       "passwordeval \"latchkey helper xoauth2 work\"     (in ~/.msmtprc)\n"
                       "  latchkey helper xoauth2 work --sasl xoauth2 --user ann@example.com");
  options.account()->required();
  std::string name;
  sasl_identity who;
  options.app()
      .add_option("--sasl", name, "xoauth2, or oauthbearer (RFC 7628)")
      ->check(CLI::IsMember({"xoauth2", "oauthbearer"}).description(""))
      ->type_name("MECHANISM");
  options.app().add_option("--user", who.user, "With --sasl: who logs in")->type_name("ADDRESS");
  options.app().add_option("--host", who.host, "With oauthbearer: the mail server")->type_name("HOST");
  options.app().add_option("--port", who.port, "With oauthbearer: its port")->type_name("PORT");
  const token_wishes wishes(options);
  if (!options.parse()) return 0;

  const sasl_mechanism mechanism = mechanism_of(name, who);
  if (mechanism != nullptr) refuse_bad_identity(mechanism, who);
  token given = ask_bearer_token(call.account, wishes.wanted());
  std::string answer = mechanism == nullptr ? std::exchange(given.access_token, {}) : response(mechanism, who, given);
  call.out.print(answer);
  call.out.print("\n");
  wipe(answer);
  return 0;
}

}  // namespace latchkey::cli
