#include "cli/app_consent.h"

#include "cli/confirm.h"
#include "cli/failure.h"
#include "cli/standard_input.h"

namespace latchkey::cli {
namespace {

constexpr std::chrono::hours one_day{24};
constexpr std::size_t longest_app = 4096;

app_choice decision_of(allowance answer, const std::string& app, const std::string& account) {
  app_choice decision;
  decision.app = app;
  decision.account = account;
  decision.decision = answer == allowance::no ? app_answer::deny : app_answer::allow;
  if (answer == allowance::for_a_day) decision.valid_for = one_day;
  return decision;
}

}  // namespace

void answer_on_terminal(const client_error& error, const std::string& account) {
  if (error.name() != info(errc::consent_pending).wire_name || error.app.empty() || !can_ask()) throw error;
  const std::string app = printable(error.app, longest_app);
  const allowance answer = ask_allowance(app + " wants to use " + printable(account) + ". Let it?");
  if (answer == allowance::not_now) throw error;
  client().decide_app(decision_of(answer, error.app, account));
  if (answer != allowance::no) return;
  client_error denied = failure_of(errc::access_denied, app + " may not use " + printable(account) + ": you said no");
  denied.app = error.app;
  throw denied;
}

}  // namespace latchkey::cli
