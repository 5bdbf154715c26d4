#include "cli/token_request.h"

#include <strings.h>

#include <algorithm>

#include "cli/app_consent.h"
#include "cli/failure.h"
#include "core/secret.h"

namespace latchkey::cli {
namespace {

constexpr std::int64_t longest_wish = 10LL * 366 * 24 * 3600;  // Ten years of validity: more is a slip.

bool is_visible_ascii(char each) {
  return each > ' ' && each < '\x7F';
}

}  // namespace

token ask_token(const std::string& account, const token_options& wanted) {
  token given = with_consent(account, [&] { return client().get_token(account, wanted); });
  if (given.access_token.empty() || !std::ranges::all_of(given.access_token, is_visible_ascii)) {
    wipe(given.access_token);
    fail(errc::internal, "the token of " + printable(account) +
                             " is empty or holds a space or a control character: it is not passed on");
  }
  return given;
}

token ask_bearer_token(const std::string& account, const token_options& wanted) {
  token given = ask_token(account, wanted);
  if (::strcasecmp(given.token_type.c_str(), "Bearer") != 0) {
    wipe(given.access_token);
    fail(errc::bad_request, "the tokens of " + printable(account) + " are of the type " +
                                printable(given.token_type, 40) +
                                ", and who sends one as a bearer token is refused: for such a program make an account "
                                "without --dpop; one that knows DPoP takes latchkey token and latchkey dpop");
  }
  return given;
}

token_wishes::token_wishes(verb_options& options) {
  options.app()
      .add_option("--min-valid", min_valid_, "It must be good for this long (default 60)")
      ->check(CLI::Range(std::int64_t{0}, longest_wish).description(""))
      ->type_name("SECONDS");
  options.repeatable("--scope", scopes_, "It must cover these scopes: \"a b\"; may be given again")
      ->type_name("SCOPES");
}

token_options token_wishes::wanted() const {
  token_options wanted;
  wanted.scopes = split_scopes(scopes_);
  if (min_valid_) wanted.min_valid = std::chrono::seconds(*min_valid_);
  return wanted;
}

token_request::token_request(verb_options& options) : wishes_(options) {
  options.app()
      .add_option("--stale-generation", stale_generation_, "The token of this generation was refused: give a newer one")
      ->check(CLI::Range(std::int64_t{0}, INT64_MAX).description(""))
      ->type_name("N");
}

token token_request::get(const std::string& account) const {
  token_options wanted = wishes_.wanted();
  wanted.stale_generation = stale_generation_;
  return ask_token(account, wanted);
}

}  // namespace latchkey::cli
