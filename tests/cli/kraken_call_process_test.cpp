// `latchkey kraken call` against a daemon.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/program.h"
#include "tests/cli/pseudo_terminal.h"

namespace latchkey::cli {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::HasSubstr;

class KrakenCallProcess : public ::testing::Test {
 protected:
  KrakenCallProcess() {
    keys({api_key_json("bot")});
    daemon_.answer("CallExchange", {{"result", R"({"ZEUR":"1.50","XXBT":"0.1"})"}});
  }
  void keys(std::vector<json> all) { daemon_.answer("ListFastApiKeys", {{"keys", std::move(all)}}); }
  static json foreign_key(const std::string& name) {
    json key = api_key_json(name);
    key["stored"] = false;
    return key;
  }
  outcome call(std::vector<std::string> words) {
    words.insert(words.begin(), {"kraken", "call"});
    return run_program(std::move(words), near(daemon_));
  }

  fake_daemon daemon_;
};

TEST_F(KrakenCallProcess, TheOnlyStoredKeySigns) {
  keys({foreign_key("other"), api_key_json("bot")});
  const outcome done = call({"work", "Balance"});
  EXPECT_EQ(done.err, "");
  EXPECT_EQ(done.out, "{\"XXBT\":\"0.1\",\"ZEUR\":\"1.50\"}\n");
  EXPECT_EQ(daemon_.calls("CallExchange").at(0), (json{{"account", "work"}, {"key", "bot"}, {"method", "Balance"}}));
}

TEST_F(KrakenCallProcess, ANamedKeySignsAndNothingIsListed) {
  EXPECT_EQ(call({"work", "AddOrder", "pair=XBTUSD", "userref=a=b", "oflags=", "--key", "bot"}).exit_code, 0);
  EXPECT_EQ(daemon_.calls("CallExchange").at(0),
            (json{{"account", "work"},
                  {"key", "bot"},
                  {"method", "AddOrder"},
                  {"fields", {{"pair", "XBTUSD"}, {"userref", "a=b"}, {"oflags", ""}}}}));
  EXPECT_TRUE(daemon_.calls("ListFastApiKeys").empty());
}

TEST_F(KrakenCallProcess, WhichKeyIsASentenceWhereItIsUnclear) {
  keys({api_key_json("bot"), api_key_json("rea\nder"), foreign_key("other")});
  const outcome many = call({"work", "Balance"});
  EXPECT_EQ(many.exit_code, 2);
  EXPECT_THAT(many.err, HasSubstr("give --key with one of: bot, rea\\x0Ader"));
  keys({foreign_key("other")});
  const outcome none = call({"work", "Balance"});
  EXPECT_EQ(none.exit_code, 2);
  EXPECT_THAT(none.err, HasSubstr("latchkey kraken keys create work NAME"));
  EXPECT_TRUE(daemon_.calls("CallExchange").empty());
}

TEST_F(KrakenCallProcess, TheResultIsIndentedOnATerminalUnlessJsonIsAskedFor) {
  const auto on_terminal = [&](std::vector<std::string> words) {
    const pseudo_terminal terminal(40);
    surroundings around = near(daemon_);
    around.output_fd = terminal.program_end();
    EXPECT_EQ(run_program(std::move(words), around).exit_code, 0);
    return read_screen(terminal.screen());
  };
  EXPECT_EQ(on_terminal({"kraken", "call", "work", "Balance"}),
            "{\r\n  \"XXBT\": \"0.1\",\r\n  \"ZEUR\": \"1.50\"\r\n}\r\n");
  EXPECT_EQ(on_terminal({"kraken", "call", "work", "Balance", "--json"}), "{\"XXBT\":\"0.1\",\"ZEUR\":\"1.50\"}\r\n");
}

TEST_F(KrakenCallProcess, C3_AHostileResultCannotMoveTheCursor) {
  daemon_.answer("CallExchange", {{"result", json{{"a\033[2J", "\xE2\x80\xAE\n\x7F"}}.dump()}});
  EXPECT_EQ(call({"work", "Balance"}).out, "{\"a\\u001b[2J\":\"\\u202e\\n\\u007f\"}\n");
}

TEST_F(KrakenCallProcess, C3_AResultThatIsNoJsonOrTooDeepIsAnErrorAndPrintsNothing) {
  for (const std::string& result : {std::string("hello\033[2J"), std::string(), std::string(100000, '['),
                                    std::string("{\"a\":1,\"a\":2}"), std::string("1 2")}) {
    daemon_.answer("CallExchange", {{"result", result}});
    const outcome done = call({"work", "Balance"});
    EXPECT_EQ(done.exit_code, 1) << result.substr(0, 20);
    EXPECT_EQ(done.out, "");
    EXPECT_EQ(done.err.find('\033'), std::string::npos);
  }
}

TEST_F(KrakenCallProcess, WrongFieldsAreRefusedBeforeTheDaemonIsAsked) {
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
           {"work"}, {"work", "Balance", "pair"}, {"work", "Balance", "=x"}, {"work", "Balance", "a=1", "a=2"}}) {
    const outcome done = call(words);
    EXPECT_EQ(done.exit_code, 2) << words.back();
    EXPECT_EQ(done.out, "");
  }
  EXPECT_TRUE(daemon_.calls("ListFastApiKeys").empty());
}

TEST_F(KrakenCallProcess, AnErrorOfTheExchangeIsTheExitStatus) {
  daemon_.refuse("CallExchange", "TemporarilyUnavailable",
                 {{"message", "the API got too many requests"}, {"provider_text", "EAPI:Rate limit exceeded"}});
  const outcome done = call({"work", "Balance"});
  EXPECT_EQ(done.exit_code, 5);
  EXPECT_THAT(done.err, AllOf(HasSubstr("too many requests"), HasSubstr("EAPI:Rate limit exceeded")));
}

}  // namespace
}  // namespace latchkey::cli
