#include "cli/app_name.h"
#include "cli/apps_tools.h"
#include "cli/duration_text.h"
#include "cli/failure.h"
#include "cli/json_output.h"
#include "cli/moment_option.h"
#include "cli/verb_options.h"

namespace latchkey::cli {
namespace {

constexpr int nothing_done = 1;
constexpr std::size_t longest_app = 4096;

CLI::Option* add_app(verb_options& options, std::string& app) {
  return options.app()
      .add_option("APP", app, "Program, path, flatpak:ID or unit:NAME.service")
      ->required()
      ->type_name("");
}

std::optional<std::chrono::seconds> span_of(const std::string& given) {
  if (given.empty()) return std::nullopt;
  const auto seconds = parse_span(given);
  if (!seconds) fail(errc::bad_request, "--for " + printable(given) + " is no span: give one such as 30m, 8h or 7d");
  return std::chrono::seconds(*seconds);
}

std::string whose(const std::string& account) {
  return account == "*" ? "every account" : printable(account);
}

// What is given to `allow` and `deny` alike.
struct decision_options {
  std::string app;
  bool not_installed = false;

  explicit decision_options(verb_options& options) {
    add_app(options, app);
    options.account()->required();
    options.app().add_flag("--not-installed", not_installed, "APP is the path of a program that may not be there yet");
  }

  // The rule holds for what the kernel tells of a process, whatever it was called here.
  [[nodiscard]] std::string resolved(const invocation& call) const {
    const decided_app found = app_to_decide(app, not_installed ? absent_program::taken : absent_program::refused);
    if (!found.link.empty() && !call.json)
      say(printable(found.link, longest_app) + " leads to " + printable(found.app, longest_app) +
          ", and that is the app that is decided about.\n");
    return found.app;
  }
};

void decide(invocation& call, const app_choice& decision) {
  client().decide_app(decision);
  if (call.json) return call.out.print(json::of(decision));
  const bool allowed = decision.decision == app_answer::allow;
  std::string text = printable(decision.app, longest_app) + (allowed ? " may use " : " may not use ");
  text += whose(decision.account);
  if (decision.scopes) {
    std::string scopes;
    for (const std::string& each : *decision.scopes) scopes += (scopes.empty() ? "" : " ") + printable(each);
    text += ", and of its scopes " + scopes;
  }
  if (decision.valid_for) text += ", for " + duration_text(decision.valid_for->count());
  call.out.print(text + ".\n");
}

}  // namespace

int apps_allow(invocation& call) {
  verb_options options(call,
                       "Lets an app use an account, or * for every account, from now on; an app that waits for it "
                       "goes on. A program is named by its path, or as PATH finds it; links are followed.",
                       "latchkey apps allow git work\n"
                       "  latchkey apps allow unit:bot.service trading --scope \"orders:read\" --for 7d");
  app_choice decision;
  decision.decision = app_answer::allow;
  decision_options given(options);
  std::vector<std::string> scopes;
  options.repeatable("--scope", scopes, "Tokens for these scopes alone: \"a b\"; may be given again")
      ->type_name("SCOPES");
  std::string span;
  options.app().add_option("--for", span, "For so long alone, such as 8h or 7d")->type_name("SPAN");
  options.json("the decision");
  if (!options.parse()) return 0;

  decision.app = given.resolved(call);
  decision.account = call.account;
  decision.valid_for = span_of(span);
  if (!scopes.empty()) {
    decision.scopes = split_scopes(scopes);
    if (decision.scopes->empty()) fail(errc::bad_request, "--scope names no scope: leave it out to allow all");
  }
  decide(call, decision);
  return 0;
}

int apps_deny(invocation& call) {
  verb_options options(call,
                       "Keeps an app from an account, or with * from every account, from now on; an app that waits "
                       "for it is told so.",
                       "latchkey apps deny /opt/shady/bin/tool work\n  latchkey apps deny /opt/shady/bin/tool '*'");
  app_choice decision;
  decision_options given(options);
  options.json("the decision");
  if (!options.parse()) return 0;

  decision.app = given.resolved(call);
  decision.account = call.account;
  decide(call, decision);
  return 0;
}

int apps_forget(invocation& call) {
  verb_options options(call,
                       "Takes back what was decided about an app and an account, or about all accounts where none is "
                       "given. The next time the app asks, so do we. Exits with 1 where there was no decision.",
                       "latchkey apps forget git work");
  std::string app;
  add_app(options, app);
  options.account();
  options.json("how many decisions that were");
  if (!options.parse()) return 0;

  // As it is listed, which may be a path that is gone; else as one would have allowed it.
  client agent;
  std::int64_t forgotten = agent.forget_app(app, call.account);
  if (forgotten == 0)
    if (const std::string resolved = resolve_app(app); resolved != app)
      forgotten = agent.forget_app(resolved, call.account);
  if (call.json) {
    call.out.print(json::forgotten(forgotten));
  } else if (forgotten == 0) {
    say("Nothing was decided about " + printable(app, longest_app) +
        (call.account.empty() ? "" : " and " + whose(call.account)) + " (latchkey apps lists what was).\n");
  } else {
    call.out.print(std::to_string(forgotten) + (forgotten == 1 ? " decision" : " decisions") + " forgotten.\n");
  }
  return forgotten == 0 ? nothing_done : 0;
}

}  // namespace latchkey::cli
