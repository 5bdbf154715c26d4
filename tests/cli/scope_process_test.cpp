// What `add` and `login` ask about scopes before anything is made: in a pipe, on a terminal, with --yes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include "tests/cli/program.h"
#include "tests/cli/pseudo_terminal.h"

namespace latchkey::cli {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using words = std::vector<std::string>;

constexpr const char* withdraw = "account.fast-api-key:funds-withdraw";
constexpr const char* in_the_wild = "account.fast-api-key:multiple";

words with_scope(words command, const std::string& scope) {
  command.insert(command.end(), {"--scope", scope});
  return command;
}

class ScopeProcess : public ::testing::Test {
 protected:
  ScopeProcess() {
    json kraken = provider_json();
    kraken["scopes_complete"] = true;
    kraken["empty_scope"] = "all_registered";
    daemon_.answer("Providers", {{"providers", {kraken}}});
    daemon_.answer("AddAccount", json::object());
    daemon_.answer("Login", step_json("done"));
  }

  outcome in_pipe(words command, const std::string& input = {}) {
    surroundings around = near(daemon_);
    around.input = input;
    return run_program(std::move(command), around);
  }
  struct seen {
    int exit_code = -1;
    std::string shown;
  };
  // On a terminal, where the person types `answer` once the question is there.
  seen answering(words command, const std::string& answer) {
    pseudo_terminal terminal(80);
    surroundings around = near(daemon_);
    around.input_fd = around.error_fd = terminal.program_end();
    program asking(std::move(command), around);
    seen result;
    result.shown = terminal.wait_for("[y/N]");
    terminal.type(answer);
    result.exit_code = asking.wait().exit_code;
    result.shown += read_screen(terminal.screen());
    return result;
  }
  std::size_t made() { return daemon_.calls("AddAccount").size(); }
  std::size_t logins() { return daemon_.calls("Login").size(); }
  // `login` makes the account unless this is so.
  void without_accounts() {
    script none;
    none.last.parameters = {{"accounts", json::array()}};
    script then;
    then.last.parameters = {{"accounts", {account_json()}}};
    daemon_.tell("Accounts", {none, then});
  }

  const words add_{"add", "work", "--provider", "kraken", "--client-id", "my-client"};
  const words login_{"login", "work", "--provider", "kraken", "--client-id", "my-client"};
  fake_daemon daemon_;
};

TEST_F(ScopeProcess, AHarmlessScopeIsNotAskedAbout) {
  const outcome done = in_pipe(with_scope(add_, "account.info:basic"));
  EXPECT_EQ(done.exit_code, 0);
  EXPECT_EQ(done.err, "");
  EXPECT_EQ(made(), 1U);
}

TEST_F(ScopeProcess, InAPipeAMistypedScopeIsRefusedWithTheNearest) {
  const outcome done = in_pipe(with_scope(add_, "account.info:bsic"), "y\n");
  EXPECT_EQ(done.exit_code, 2);
  EXPECT_THAT(done.err,
              AllOf(HasSubstr("Kraken documents no scope account.info:bsic; did you mean account.info:basic?"),
                    HasSubstr("--yes")));
  EXPECT_EQ(made(), 0U);
}

TEST_F(ScopeProcess, InAPipeAScopeThatMovesMoneyNeedsYes) {
  const outcome refused = in_pipe(with_scope(add_, withdraw), "y\n");
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_THAT(refused.err,
              AllOf(HasSubstr(std::string(withdraw) + " (Withdraw funds) moves money"), HasSubstr("--yes")));
  EXPECT_EQ(made(), 0U);
}

TEST_F(ScopeProcess, YesPassesBothAsAQuestionIsNeverAWall) {
  for (const char* yes : {"--yes", "-y"}) {
    words command = with_scope(add_, std::string(in_the_wild) + " " + withdraw);
    command.emplace_back(yes);
    const outcome done = in_pipe(command);
    EXPECT_EQ(done.exit_code, 0) << done.err;
    EXPECT_EQ(done.err, "");
  }
  EXPECT_EQ(daemon_.calls("AddAccount").at(1).at("account").at("scopes"), (json{in_the_wild, withdraw}));
}

TEST_F(ScopeProcess, WithJsonTheRefusalIsAnObject) {
  words command = with_scope(add_, withdraw);
  command.emplace_back("--json");
  const outcome done = in_pipe(command);
  EXPECT_EQ(done.exit_code, 2);
  EXPECT_EQ(done.out, "");
  const json refusal = json::parse(done.err);
  EXPECT_EQ(refusal.at("error"), "BadRequest");
  EXPECT_THAT(refusal.at("message").get<std::string>(), HasSubstr("--yes"));
}

TEST_F(ScopeProcess, OnATerminalNothingButYesMakesTheAccount) {
  const struct {
    const char* answer;
    int exit_code;
  } rows[] = {{"n\n", 1}, {"\n", 1}, {"maybe\n", 1}, {"\x04", 1}, {"y\n", 0}, {"YES\n", 0}};
  for (const char* scope : {withdraw, in_the_wild})
    for (const auto& row : rows) {
      const std::size_t before = made();
      const seen result = answering(with_scope(add_, scope), row.answer);
      EXPECT_EQ(result.exit_code, row.exit_code) << row.answer;
      EXPECT_EQ(made(), before + (row.exit_code == 0 ? 1 : 0)) << row.answer;
      EXPECT_EQ(result.shown.find("Nothing was done.") == std::string::npos, row.exit_code == 0) << result.shown;
    }
}

TEST_F(ScopeProcess, TheQuestionNamesEachScopeWithWhatItAllows) {
  const seen result =
      answering(with_scope(add_, std::string("account.info:basic ") + withdraw + " " + in_the_wild), "n\n");
  EXPECT_THAT(result.shown, AllOf(HasSubstr(std::string(withdraw) + "\r\n    Withdraw funds"),
                                  HasSubstr(std::string("no scope ") + in_the_wild), Not(HasSubstr("info:basic"))));
}

TEST_F(ScopeProcess, C7_CtrlCAtTheQuestionMakesNothing) {
  pseudo_terminal terminal(80);
  surroundings around = near(daemon_);
  around.input_fd = around.error_fd = terminal.program_end();
  program asking(with_scope(add_, withdraw), around);
  terminal.wait_for("[y/N]");
  asking.signal(SIGINT);
  EXPECT_EQ(asking.wait().exit_code, 130);
  EXPECT_EQ(made(), 0U);
}

TEST_F(ScopeProcess, TheQuestionComesBeforeTheClientSecretIsTyped) {
  words command = with_scope(add_, withdraw);
  command.insert(command.end(), {"--client-secret-file", "-"});
  const seen result = answering(command, "n\n");
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.shown, Not(HasSubstr("client secret")));
}

TEST_F(ScopeProcess, WhatIsWrongWithTheOptionsIsSaidBeforeAnyQuestion) {
  words command = with_scope(add_, withdraw);
  command.insert(command.end(), {"--parameter", "audience"});
  const outcome done = in_pipe(command);
  EXPECT_THAT(done.err, HasSubstr("NAME=VALUE"));
  EXPECT_TRUE(daemon_.calls("Providers").empty());
}

TEST_F(ScopeProcess, ALoginThatMakesTheAccountAsksAsAddDoes) {
  without_accounts();
  EXPECT_EQ(in_pipe(with_scope(login_, withdraw)).exit_code, 2);
  EXPECT_EQ(made() + logins(), 0U);
  without_accounts();
  EXPECT_EQ(answering(with_scope(login_, withdraw), "n\n").exit_code, 1);
  EXPECT_EQ(made() + logins(), 0U);
  without_accounts();
  EXPECT_EQ(answering(with_scope(login_, withdraw), "y\n").exit_code, 0);
  EXPECT_EQ(made() + logins(), 2U);
}

TEST_F(ScopeProcess, ALoginAsksAboutScopesBesideTheAccountsOwn) {
  EXPECT_EQ(in_pipe({"login", "work", "--scope", withdraw}).exit_code, 2);
  EXPECT_EQ(answering({"login", "work", "--scope", withdraw}, "n\n").exit_code, 1);
  EXPECT_EQ(logins(), 0U);
  EXPECT_EQ(in_pipe({"login", "work", "--scope", withdraw, "--yes"}).exit_code, 0);
  EXPECT_EQ(daemon_.calls("Login").at(0).at("scopes"), json{withdraw});
}

TEST_F(ScopeProcess, O9_YesToAnotherPersonIsNoYesToScopes) {
  const outcome refused = in_pipe({"login", "work", "--scope", withdraw, "--other-user"});
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_THAT(refused.err, HasSubstr("--yes"));
  EXPECT_EQ(logins(), 0U);
}

TEST_F(ScopeProcess, WhatTheAccountAsksForAnywayIsNoQuestionAgain) {
  json account = account_json();
  account["scopes"] = {withdraw, in_the_wild};
  daemon_.answer("Accounts", {{"accounts", {account}}});
  EXPECT_EQ(in_pipe({"login", "work", "--scope", withdraw}).exit_code, 0);
  EXPECT_EQ(in_pipe({"login", "work"}).exit_code, 0);
}

TEST_F(ScopeProcess, ASelectionOfScopesAndAnIssuerRaiseNoQuestion) {
  daemon_.answer("Providers", {{"providers", {provider_json()}}});
  EXPECT_EQ(in_pipe(with_scope(add_, in_the_wild)).exit_code, 0);
  daemon_.refuse("Providers", "BadRequest", {{"message", "there is no provider of this name"}});
  EXPECT_EQ(in_pipe(with_scope({"add", "work", "--issuer", "https://i", "--client-id", "id"}, withdraw)).exit_code, 0);
  EXPECT_EQ(in_pipe({"login", "work", "--scope", withdraw}).exit_code, 0);
}

TEST_F(ScopeProcess, WithoutScopesTheNewAccountIsToldWhatItGets) {
  constexpr const char* note = "Without --scope, Kraken grants every scope registered for the client.\n";
  const outcome added = in_pipe(add_);
  EXPECT_EQ(added.exit_code, 0);
  EXPECT_EQ(added.err, note);
  without_accounts();
  EXPECT_THAT(in_pipe(login_).err, HasSubstr(note));
  EXPECT_THAT(in_pipe({"login", "work"}).err, Not(HasSubstr("--scope")));
  daemon_.answer("Providers", {{"providers", {provider_json()}}});
  EXPECT_EQ(in_pipe(add_).err, "");
}

TEST_F(ScopeProcess, ALoginRefusesOptionsThatCannotChangeTheAccount) {
  for (const char* option : {"--set", "--parameter", "--authorize-url", "--token-url", "--revocation-url",
                             "--device-authorization-url", "--userinfo-url", "--client-authentication"}) {
    const outcome done =
        in_pipe({"login", "work", option, option == std::string("--client-authentication") ? "none" : "a=b"});
    EXPECT_EQ(done.exit_code, 2);
    EXPECT_THAT(done.err, AllOf(HasSubstr("the account work is there already"), HasSubstr(option),
                                HasSubstr("accounts/work.toml"), HasSubstr("latchkey remove")));
  }
  for (const char* flag : {"--dpop", "--par"})
    EXPECT_THAT(in_pipe({"login", "work", flag}).err,
                AllOf(HasSubstr("the account work is there already"), HasSubstr(flag)));
  for (const char* option : {"--client-secret-file", "--client-secret-encrypted"}) {
    const outcome secret = in_pipe({"login", "work", option, "/nowhere"});
    EXPECT_EQ(secret.exit_code, 2);
    EXPECT_THAT(secret.err, AllOf(HasSubstr(option), Not(HasSubstr(".toml"))));
  }
  EXPECT_EQ(logins(), 0U);
}

TEST_F(ScopeProcess, ProvidersAndScopesTellWhetherTheListIsComplete) {
  EXPECT_THAT(in_pipe({"providers", "kraken"}).out,
              AllOf(HasSubstr("scopes\t2, all that it documents\n"), HasSubstr("without scope\tevery scope")));
  EXPECT_EQ(in_pipe({"scopes", "kraken"}).err,
            "Without --scope, Kraken grants every scope registered for the client.\n");
  json told = json::parse(in_pipe({"scopes", "kraken", "--json"}).out);
  EXPECT_EQ(told.at("scopes_complete"), true);
  EXPECT_EQ(told.at("empty_scope"), "all_registered");
  daemon_.answer("Providers", {{"providers", {provider_json()}}});
  EXPECT_THAT(in_pipe({"providers", "kraken"}).out, HasSubstr("scopes\t2, a selection\n"));
  EXPECT_THAT(in_pipe({"scopes", "kraken"}).err, HasSubstr("This is a selection; the documentation of Kraken"));
  told = json::parse(in_pipe({"providers", "kraken", "--json"}).out);
  EXPECT_EQ(told.at("scopes_complete"), false);
  EXPECT_EQ(told.at("empty_scope"), "unknown");
}

}  // namespace
}  // namespace latchkey::cli
