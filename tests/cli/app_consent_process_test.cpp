// Where the person has to allow this command first: it asks on its terminal, and without one says what to run.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/program.h"
#include "tests/cli/pseudo_terminal.h"

namespace latchkey::cli {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

script refusal(const std::string& name, const std::string& message) {
  script told;
  told.last.error = "io.latchkey.Broker." + name;
  told.last.parameters = {{"message", message}, {"account", "work"}, {"app", "/usr/bin/latchkey"}};
  return told;
}

script answer_of(json parameters) {
  script told;
  told.last.parameters = std::move(parameters);
  return told;
}

class AppConsentProcess : public ::testing::Test {
 protected:
  AppConsentProcess() { daemon_.answer("DecideApp", json::object()); }

  // Refused once, then answered.
  void ask_first(const std::string& method, json then) {
    daemon_.tell(method,
                 {refusal("ConsentPending", "the person has not said yet whether it may"), answer_of(std::move(then))});
  }
  void ask_first_for_a_token() {
    ask_first("GetToken",
              {{"access_token", "the-token"}, {"token_type", "Bearer"}, {"scopes", json::array()}, {"generation", 3}});
  }

  struct answered {
    outcome done;
    std::string shown;
  };
  answered on_terminal(std::vector<std::string> words, const std::string& answer) {
    const pseudo_terminal terminal(200);
    surroundings around = near(daemon_);
    around.input_fd = around.error_fd = terminal.program_end();
    terminal.type(answer);
    answered result;
    result.done = run_program(std::move(words), around);
    result.shown = read_screen(terminal.screen());
    return result;
  }

  fake_daemon daemon_;
};

TEST_F(AppConsentProcess, AYesOnTheTerminalIsSentAndTheTokenPrinted) {
  ask_first_for_a_token();
  const answered yes = on_terminal({"token", "work"}, "y\n");
  EXPECT_EQ(yes.done.exit_code, 0) << yes.shown;
  EXPECT_EQ(yes.done.out, "the-token\n");
  EXPECT_THAT(yes.shown, HasSubstr("/usr/bin/latchkey wants to use work. Let it? [y]es, for a [d]ay, [n]o"));
  EXPECT_EQ(daemon_.calls("DecideApp").at(0),
            (json{{"app", "/usr/bin/latchkey"}, {"account", "work"}, {"decision", "allow"}}));
  EXPECT_EQ(daemon_.calls("GetToken").size(), 2U);
}

TEST_F(AppConsentProcess, ADayIsADay) {
  ask_first_for_a_token();
  EXPECT_EQ(on_terminal({"token", "work"}, "d\n").done.out, "the-token\n");
  EXPECT_EQ(daemon_.calls("DecideApp").at(0).at("valid_for"), 86400);
}

TEST_F(AppConsentProcess, ANoIsRememberedAndSaysHowToTakeItBack) {
  ask_first_for_a_token();
  const answered no = on_terminal({"token", "work"}, "n\n");
  EXPECT_EQ(no.done.exit_code, 4);
  EXPECT_EQ(no.done.out, "");
  EXPECT_THAT(no.shown, AllOf(HasSubstr("/usr/bin/latchkey may not use work: you said no"),
                              HasSubstr("latchkey apps allow /usr/bin/latchkey work")));
  EXPECT_EQ(daemon_.calls("DecideApp").at(0).at("decision"), "deny");
  EXPECT_EQ(daemon_.calls("GetToken").size(), 1U);
}

TEST_F(AppConsentProcess, EnterAndTheEndOfInputDecideNothing) {
  for (const std::string answer : {"\n", "\x04"}) {
    ask_first_for_a_token();
    const answered later = on_terminal({"token", "work"}, answer);
    EXPECT_EQ(later.done.exit_code, 4);
    EXPECT_THAT(later.shown, HasSubstr("latchkey apps allow /usr/bin/latchkey work"));
  }
  EXPECT_TRUE(daemon_.calls("DecideApp").empty());
}

TEST_F(AppConsentProcess, OtherWordsAreAskedAbout) {
  ask_first_for_a_token();
  EXPECT_EQ(on_terminal({"token", "work"}, "perhaps\nyes\n").done.out, "the-token\n");
}

TEST_F(AppConsentProcess, WithoutATerminalItExitsWith4AndNamesTheCommand) {
  for (const std::vector<std::string>& words :
       std::vector<std::vector<std::string>>{{"token", "work"},
                                             {"exec", "work", "--", "/bin/true"},
                                             {"helper", "kubectl", "work"},
                                             {"helper", "xoauth2", "work"}}) {
    ask_first_for_a_token();
    const outcome done = run_program(words, near(daemon_));
    EXPECT_EQ(done.exit_code, 4) << words.front();
    EXPECT_EQ(done.out, "") << words.front();
    EXPECT_THAT(done.err, AllOf(HasSubstr("the person has not said yet"),
                                HasSubstr("To allow it, run: latchkey apps allow /usr/bin/latchkey work")));
  }
  EXPECT_TRUE(daemon_.calls("DecideApp").empty());
}

TEST_F(AppConsentProcess, GitIsToldToAskNobodyElse) {
  ask_first_for_a_token();
  surroundings around = near(daemon_);
  around.input = "protocol=https\nhost=git.example.com\n\n";
  const outcome done = run_program({"helper", "git", "work", "--host", "git.example.com", "get"}, around);
  EXPECT_EQ(done.exit_code, 4);
  EXPECT_EQ(done.out, "quit=1\n");
}

TEST_F(AppConsentProcess, AsJsonTheErrorNamesTheApp) {
  ask_first_for_a_token();
  const json told = json::parse(run_program({"token", "work", "--json"}, near(daemon_)).err);
  EXPECT_EQ(told.at("error"), "ConsentPending");
  EXPECT_EQ(told.at("app"), "/usr/bin/latchkey");
  EXPECT_THAT(told.at("advice").get<std::string>(), HasSubstr("latchkey apps allow"));
}

TEST_F(AppConsentProcess, ADenialIsNoQuestion) {
  daemon_.tell("GetToken", {refusal("AccessDenied", "/usr/bin/latchkey may not use work")});
  const answered denied = on_terminal({"token", "work"}, "y\n");
  EXPECT_EQ(denied.done.exit_code, 4);
  EXPECT_THAT(denied.shown, AllOf(Not(HasSubstr("Let it?")), HasSubstr("To allow it, run: latchkey apps allow")));
}

TEST_F(AppConsentProcess, ACommandThatIsNotTheDaemonsOwnSaysSo) {
  ask_first_for_a_token();
  daemon_.refuse("DecideApp", "AccessDenied", {{"message", "only the latchkey command beside the daemon decides"}});
  const answered done = on_terminal({"token", "work"}, "y\n");
  EXPECT_EQ(done.done.exit_code, 4);
  EXPECT_THAT(done.shown, HasSubstr("only the latchkey command beside the daemon decides"));
}

TEST_F(AppConsentProcess, EveryVerbThatUsesAnAccountAsks) {
  struct {
    const char* method;
    json then;
    std::vector<std::string> words;
  } const rows[] = {
      {"SignDpop", {{"proof", "a.b.c"}, {"generation", 3}}, {"dpop", "work", "GET", "https://api.example.com/"}},
      {"UserInfo", {{"fields", {{{"name", "email"}, {"value", "ann@example.com"}}}}}, {"show", "work"}},
      {"ListFastApiKeys", {{"keys", json::array()}}, {"kraken", "keys", "list", "work"}},
      {"CreateFastApiKey",
       {{"key", api_key_json("bot")}},
       {"kraken", "keys", "create", "work", "bot", "--permission", "funds_query"}},
      {"UpdateFastApiKey", json::object(), {"kraken", "keys", "update", "work", "bot", "--new-name", "x"}},
      {"DeleteFastApiKey", json::object(), {"kraken", "keys", "delete", "work", "bot", "--yes"}},
      {"CallExchange", {{"result", "{}"}}, {"kraken", "call", "work", "Balance", "--key", "bot"}}};
  for (const auto& row : rows) {
    ask_first(row.method, row.then);
    const answered done = on_terminal(row.words, "y\n");
    EXPECT_EQ(done.done.exit_code, 0) << row.method << done.shown;
    EXPECT_THAT(done.shown, HasSubstr("wants to use work. Let it?")) << row.method;
    EXPECT_EQ(daemon_.calls(row.method).size(), 2U) << row.method;
  }
}

}  // namespace
}  // namespace latchkey::cli
