#include <algorithm>
#include <optional>

#include "cli/account_options.h"
#include "cli/account_view.h"
#include "cli/client_secret.h"
#include "cli/confirm.h"
#include "cli/failure.h"
#include "cli/json_output.h"
#include "cli/login_display.h"
#include "cli/person_view.h"
#include "cli/scope_consent.h"
#include "cli/standard_input.h"
#include "cli/verbs.h"
#include "core/error.h"

namespace latchkey::cli {
namespace {

// Those of `asked` that the account does not ask for anyway.
std::vector<std::string> beside(const account& existing, std::vector<std::string> asked) {
  std::erase_if(asked, [&](const std::string& each) { return std::ranges::count(existing.scopes, each) > 0; });
  return asked;
}

// The login is done: who it was is worth no longer wait.
constexpr std::chrono::seconds longest_wait_for_a_name{3};

// Makes the account where it is not there. Returns the scopes to ask for beside the account's own: with a new account
// they are its own. None: the person does not want to ask for them.
std::optional<std::vector<std::string>> make_or_check(client& agent, const account_options& described,
                                                      const scope_consent& consent, const invocation& call) {
  const std::vector<account> all = agent.accounts();
  const auto existing = std::ranges::find(all, call.account, &account::name);
  if (existing != all.end()) {
    described.check_agreement(*existing);
    if (!consent.given(agent, existing->provider, beside(*existing, described.scopes()))) return std::nullopt;
    return described.scopes();
  }
  if (!described.given()) fail_unknown_account(call.account, all);
  described.check_complete();
  if (!consent.given(agent, described.provider(), described.scopes())) return std::nullopt;
  add_account(agent, described.describe(call.account));
  say("Made the account " + printable(call.account) + ".\n");
  if (described.scopes().empty()) note_empty_scope(agent, described.provider());
  return std::vector<std::string>();
}

struct login_options {
  bool no_browser = false;
  bool device = false;
  bool no_qr = false;
  bool other_user_too = false;

  explicit login_options(CLI::App& app) {
    CLI::Option* by_person = app.add_flag("--no-browser", no_browser,
                                          "Print the URL alone as the first line of standard output, then wait; "
                                          "where the browser ended elsewhere, paste that address");
    CLI::Option* by_code =
        app.add_flag("--device", device, "Show a code to type into a browser on any other device")->excludes(by_person);
    app.add_flag("--no-qr", no_qr, "With --device: draw no QR code")->needs(by_code);
    app.add_flag("--other-user", other_user_too,
                 "Replace the grant also where another user logs in than the one it is of; do not ask");
  }

  [[nodiscard]] login_flow flow() const {
    if (device) return login_flow::device;
    return no_browser ? login_flow::url : login_flow::browser;
  }
};

bool is(const client_error& error, errc code) {
  return error.name() == info(code).wire_name;
}

// Whether the login is to be begun anew: by a person who came too late, or who is another than before and means it.
bool wants_another_try(client_error& error, const invocation& call, const login_options& chosen, other_user& answer) {
  const bool asks = !call.json && can_ask();
  if (chosen.device && is(error, errc::login_expired)) {
    error.advice = "Run: latchkey login ACCOUNT --device";
    return asks && confirm("The code has expired. Get a new one?");
  }
  if (!is(error, errc::other_user) || !asks) return false;
  if (!agrees("The grant is of another user than the one who logged in. Log in again, and replace it?")) return false;
  answer = other_user::accept;
  return true;
}

// A program gets the error at once.
void log_in(client& agent, const invocation& call, const login_options& chosen, const std::vector<std::string>& scopes,
            other_user answer, login_display& display) {
  for (;;) {
    try {
      agent.login(
          call.account, chosen.flow(), scopes, [&](const login_step& step) { display.show(step); }, answer);
      return display.end();
    } catch (client_error& error) {
      display.end();
      if (!wants_another_try(error, call, chosen, answer)) throw;
    }
  }
}

}  // namespace

int verb_login(invocation& call) {
  refuse_secret_argument(call.arguments);
  verb_options options(
      call,
      "Logs an account in with the browser, or with a code for a browser elsewhere. With the options "
      "of `latchkey add` it makes the account first where there is none of this name. It waits until you are done, "
      "the time runs out (5 minutes, or what the code lives), or Ctrl-C cancels it.",
      "latchkey login work\n"
      "  latchkey login work --provider kraken --client-id MY_CLIENT_ID\n"
      "  latchkey login work --device\n"
      "  latchkey login work --no-browser");
  options.account()->required();
  const login_options chosen(options.app());
  account_options described(options);
  const scope_consent consent(options);
  options.json("each step, a line each, and at last the account,");
  if (!options.parse()) return 0;

  client agent;
  const auto scopes = make_or_check(agent, described, consent, call);
  if (!scopes) return 1;
  login_display display(call, chosen.no_browser ? url_opener::person : url_opener::latchkey,
                        chosen.no_qr ? qr_wish::leave_out : qr_wish::draw);
  const other_user answer = chosen.other_user_too ? other_user::accept : other_user::refuse;
  log_in(agent, call, chosen, *scopes, answer, display);
  const account logged_in = find_account(agent, call.account);
  if (call.json) {
    call.out.print(json::of(logged_in));
  } else {
    const std::string who = person_name(ask_person(agent, logged_in, longest_wait_for_a_name));
    say(login_sentence(logged_in, who, now_seconds()) + "\n");
  }
  return 0;
}

}  // namespace latchkey::cli
