// Whose account it is, in `latchkey show` and `latchkey login`, against a daemon.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <ctime>

#include "tests/cli/program.h"
#include "tests/cli/pseudo_terminal.h"

namespace latchkey::cli {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

json told(const std::vector<std::pair<std::string, std::string>>& fields) {
  json all = json::array();
  for (const auto& [name, value] : fields) all.push_back({{"name", name}, {"value", value}});
  return {{"fields", all}};
}

class PersonProcess : public ::testing::Test {
 protected:
  PersonProcess() {
    daemon_.answer("UserInfo", told({{"email", "ann@example.com"},
                                     {"iiban", "AA00 N84G ANN0 2345"},
                                     {"kraken_verified", "true"},
                                     {"location.country", "IS"}}));
    script done;
    done.before = {step_json("browser_opened", "https://id.example.com/")};
    done.last.parameters = step_json("done");
    daemon_.tell("Login", {done});
  }
  outcome latchkey(std::vector<std::string> words) { return run_program(std::move(words), near(daemon_)); }
  void account_has(const char* member, const json& value) {
    json changed = account_json();
    changed[member] = value;
    daemon_.answer("Accounts", {{"accounts", {changed}}});
  }

  fake_daemon daemon_;
};

TEST_F(PersonProcess, ShowSaysWhoseAccountItIs) {
  const outcome done = latchkey({"show", "work"});
  EXPECT_EQ(done.exit_code, 0) << done.err;
  EXPECT_THAT(done.out, HasSubstr("\nuser email\tann@example.com\nuser public account id\tAA00 N84G ANN0 2345\n"
                                  "user Kraken Verified\tyes\nuser location.country\tIS\n"));
  EXPECT_EQ(daemon_.calls("UserInfo").at(0), (json{{"account", "work"}}));
  const json shown = json::parse(latchkey({"show", "work", "--json"}).out);
  EXPECT_EQ(shown.at("name"), "work");
  EXPECT_EQ(shown.at("user").at("location.country"), "IS");
  EXPECT_EQ(shown.at("user_problem"), nullptr);
}

TEST_F(PersonProcess, ShowAsksNobodyWhereThatMightCauseARefresh) {
  for (const char* state : {"logged_out", "expired", "draining", "refreshing", "saving", "unsaved", "backing_off",
                            "login_required", "unavailable"}) {
    account_has("state", state);
    EXPECT_THAT(latchkey({"show", "work"}).out, Not(HasSubstr("user"))) << state;
  }
  account_has("expires_at", std::time(nullptr) + 60);
  EXPECT_EQ(latchkey({"show", "work"}).exit_code, 0);
  EXPECT_EQ(json::parse(latchkey({"show", "work", "--json"}).out).at("user"), nullptr);
  EXPECT_TRUE(daemon_.calls("UserInfo").empty());
}

TEST_F(PersonProcess, ShowSaysNothingWhereTheProviderHasNoSuchEndpoint) {
  daemon_.refuse("UserInfo", "BadRequest", {{"message", "names no address for user information"}});
  const outcome done = latchkey({"show", "work"});
  EXPECT_EQ(done.exit_code, 0);
  EXPECT_EQ(done.err, "");
  EXPECT_THAT(done.out, Not(HasSubstr("user")));
  daemon_.answer("UserInfo", told({}));
  EXPECT_THAT(latchkey({"show", "work"}).out, Not(HasSubstr("user")));
}

TEST_F(PersonProcess, ShowSaysShortlyWhyItCannotBeAskedNow) {
  daemon_.refuse("UserInfo", "TemporarilyUnavailable",
                 {{"message", "the API is not available now (status 503)"}, {"provider_text", "x"}});
  const outcome done = latchkey({"show", "work"});
  EXPECT_EQ(done.exit_code, 0);
  EXPECT_EQ(done.err, "");
  EXPECT_THAT(done.out, HasSubstr("\nuser\tcannot be asked now: the API is not available now (status 503)\n"));
  const json shown = json::parse(latchkey({"show", "work", "--json"}).out);
  EXPECT_EQ(shown.at("user"), nullptr);
  EXPECT_EQ(shown.at("user_problem"), "the API is not available now (status 503)");
}

TEST_F(PersonProcess, C3_WhatAProviderTellsOfThePersonCannotMoveTheCursorOrForgeALine) {
  daemon_.answer("UserInfo",
                 told({{"email", "a\nstate\tgood\033[2J"}, {"na\tme\033[A", "\xE2\x80\xAE x"}, {"state", "fresh"}}));
  const outcome done = latchkey({"show", "work"});
  EXPECT_THAT(done.out, AllOf(HasSubstr("\nuser email\ta\\x0Astate\\x09good\\x1B[2J\n"),
                              HasSubstr("\nuser na\\x09me\\x1B[A\t\\u{202E} x\n"), HasSubstr("\nuser state\tfresh\n")));
  EXPECT_THAT(latchkey({"login", "work"}).err,
              HasSubstr("work is logged in as a\\x0Astate\\x09good\\x1B[2J; its token"));
}

TEST_F(PersonProcess, C6_FortyColumnsLoseNothingOfThePerson) {
  const pseudo_terminal terminal(40);
  surroundings around = near(daemon_);
  around.output_fd = terminal.program_end();
  around.environment["NO_COLOR"] = "1";
  EXPECT_EQ(run_program({"show", "work"}, around).exit_code, 0);
  EXPECT_THAT(read_screen(terminal.screen()),
              AllOf(HasSubstr("user email"), HasSubstr("ann@example.com"), HasSubstr("AA00 N84G ANN0 2345")));
}

TEST_F(PersonProcess, LoginSaysAsWhom) {
  EXPECT_THAT(latchkey({"login", "work"}).err,
              HasSubstr("work is logged in as ann@example.com; its token ends in 3 h"));
  daemon_.answer("UserInfo", told({{"sub", "248289761001"}, {"iiban", "AA00 N84G ANN0 2345"}}));
  EXPECT_THAT(latchkey({"login", "work"}).err, HasSubstr("work is logged in as AA00 N84G ANN0 2345; its token"));
}

TEST_F(PersonProcess, LoginWorksWhereNobodySaysAsWhom) {
  daemon_.refuse("UserInfo", "AccessDenied", {{"message", "the API refused the access token"}});
  const outcome denied = latchkey({"login", "work"});
  EXPECT_EQ(denied.exit_code, 0);
  EXPECT_THAT(denied.err, AllOf(HasSubstr("work is logged in; its token"), Not(HasSubstr("refused"))));
  daemon_.answer("UserInfo", told({{"sub", "248289761001"}}));
  EXPECT_THAT(latchkey({"login", "work"}).err, HasSubstr("work is logged in; its token"));
}

TEST_F(PersonProcess, C5_AProviderThatHangsHoldsLoginUpForAShortTimeOnly) {
  daemon_.hang("UserInfo");
  const auto begun = std::chrono::steady_clock::now();
  const outcome done = latchkey({"login", "work"});
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(15));
  EXPECT_EQ(done.exit_code, 0);
  EXPECT_THAT(done.err, HasSubstr("work is logged in; its token"));
  EXPECT_TRUE(daemon_.saw_client_leave());
}

}  // namespace
}  // namespace latchkey::cli
