// `latchkey login --device` against a daemon: in a pipe, on a terminal, and after the code has expired.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include "tests/cli/program.h"
#include "tests/cli/pseudo_terminal.h"

namespace latchkey::cli {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;
using ::testing::StartsWith;

const std::string question = "The code has expired. Get a new one? [Y/n] ";

script answering(std::vector<json> steps) {
  script told;
  told.before = std::move(steps);
  told.last.parameters = step_json("done");
  return told;
}

script expiring() {
  script told;
  told.before = {code_step_json()};
  told.last = {"io.latchkey.Broker.LoginExpired", {{"message", "nobody entered the code in time"}}};
  return told;
}

json retrying(const std::string& why) {
  return {{"step", {{"state", "retrying"}, {"warning", why}}}};
}

class DeviceLogin : public ::testing::Test {
 protected:
  surroundings on_terminal(const pseudo_terminal& terminal) {
    surroundings around = near(daemon_);
    around.environment["LANG"] = "C.UTF-8";
    around.input_fd = terminal.program_end();
    around.error_fd = terminal.program_end();
    return around;
  }
  // All that a login shows on a terminal of this size.
  std::string shown_on(const pseudo_terminal& terminal, const surroundings& around) {
    const outcome done = run_program({"login", "work", "--device"}, around);
    EXPECT_EQ(done.exit_code, 0);
    EXPECT_EQ(done.out, "");
    return read_screen(terminal.screen());
  }

  fake_daemon daemon_;
};

TEST_F(DeviceLogin, InAPipeSaysWhereAndWhatInTwoLinesAndThenWaits) {
  daemon_.tell("Login", {answering({code_step_json(), step_json("redirected")})});
  const outcome done = run_program({"login", "work", "--device"}, near(daemon_));
  EXPECT_EQ(done.exit_code, 0) << done.err;
  EXPECT_EQ(done.out, "");
  EXPECT_THAT(done.err, StartsWith("Open https://id.example.com/device\nCode: WDJB-MJHT\n"
                                   "Waiting for you at id.example.com (9 min 5"));
  EXPECT_THAT(done.err, HasSubstr("work is logged in; its token ends in 3 h"));
  EXPECT_EQ(daemon_.calls("Login").at(0), (json{{"account", "work"}, {"flow", "device"}}));
}

TEST_F(DeviceLogin, OnATerminalShowsABoxAQrCodeAndTheTimeLeft) {
  const pseudo_terminal terminal(80, 40);
  daemon_.tell("Login", {answering({code_step_json()})});
  const std::string shown = shown_on(terminal, on_terminal(terminal));
  EXPECT_THAT(shown, AllOf(HasSubstr("╭──"), HasSubstr("\033[1m  WDJB-MJHT\033[0m"), HasSubstr("\033[30;107m"),
                           HasSubstr("work is logged in")));
}

TEST_F(DeviceLogin, NoQrLeavesOnlyTheBox) {
  const pseudo_terminal terminal(80, 40);
  daemon_.tell("Login", {answering({code_step_json()})});
  EXPECT_EQ(run_program({"login", "work", "--device", "--no-qr"}, on_terminal(terminal)).exit_code, 0);
  EXPECT_THAT(read_screen(terminal.screen()), AllOf(HasSubstr("╭──"), Not(HasSubstr("\033[30;107m"))));
}

TEST_F(DeviceLogin, C6_NoColorMeansNoColourAndNoBold) {
  const pseudo_terminal terminal(80, 40);
  daemon_.tell("Login", {answering({code_step_json()})});
  surroundings around = on_terminal(terminal);
  around.environment["NO_COLOR"] = "1";
  EXPECT_THAT(shown_on(terminal, around), AllOf(HasSubstr("WDJB-MJHT"), Not(MatchesRegex(".*\033\\[[0-9;]*m.*"))));
}

TEST_F(DeviceLogin, C6_FortyColumnsGetNeitherBoxNorQrCode) {
  const pseudo_terminal terminal(40, 40);
  daemon_.tell("Login", {answering({code_step_json()})});
  EXPECT_THAT(shown_on(terminal, on_terminal(terminal)),
              AllOf(HasSubstr("On any device, open\r\n  https://id.example.com/device\r\n"), Not(HasSubstr("╭")),
                    Not(HasSubstr("\033[30;107m"))));
}

TEST_F(DeviceLogin, TheSpinnerSaysWhyItTriesAgainAndTheSameCodeIsNotShownTwice) {
  pseudo_terminal terminal(80, 40);
  daemon_.hang("Login", {code_step_json(), retrying("Cannot reach id.example.com")});
  program login({"login", "work", "--device"}, on_terminal(terminal));
  EXPECT_THAT(terminal.wait_for("Cannot reach id.example.com (9 min 5"), HasSubstr("WDJB-MJHT"));
  login.signal(SIGINT);
  EXPECT_EQ(login.wait().exit_code, 130);

  daemon_.tell("Login", {answering({code_step_json(), retrying("No route"), retrying("No route"), code_step_json()})});
  const std::string said = run_program({"login", "work", "--device"}, near(daemon_)).err;
  EXPECT_EQ(said.find("Code: "), said.rfind("Code: "));
  EXPECT_EQ(said.find("No route ("), said.rfind("No route ("));
}

TEST_F(DeviceLogin, V7_AWarningComesBeforeTheAddress) {
  json step = code_step_json();
  step["step"]["warning"] = "the address is not https\033[2J";
  daemon_.tell("Login", {answering({step})});
  EXPECT_THAT(run_program({"login", "work", "--device"}, near(daemon_)).err,
              StartsWith("latchkey: warning: the address is not https\\x1B[2J\nOpen https"));
}

TEST_F(DeviceLogin, WithJsonEachStepIsALineOfStandardOutput) {
  daemon_.tell("Login", {answering({code_step_json(), step_json("redirected")})});
  program login({"login", "work", "--device", "--json"}, near(daemon_));
  const json first = json::parse(login.line());
  EXPECT_EQ(first.at("user_code"), "WDJB-MJHT");
  EXPECT_EQ(first.at("verification_uri"), "https://id.example.com/device");
  EXPECT_EQ(json::parse(login.line()).at("state"), "redirected");
  EXPECT_EQ(json::parse(login.line()).at("name"), "work");
  EXPECT_EQ(login.wait().exit_code, 0);
}

TEST_F(DeviceLogin, MakesTheAccountFirstWhereThereIsNone) {
  script none;
  none.last.parameters = {{"accounts", json::array()}};
  script made;
  made.last.parameters = {{"accounts", {account_json()}}};
  daemon_.tell("Accounts", {none, made});
  daemon_.answer("AddAccount", json::object());
  daemon_.tell("Login", {answering({code_step_json()})});
  const outcome done = run_program({"login", "work", "--device", "--provider", "kraken", "--client-id", "id",
                                    "--device-authorization-url", "https://id.example.com/device_authorization"},
                                   near(daemon_));
  EXPECT_EQ(done.exit_code, 0) << done.err;
  EXPECT_EQ(daemon_.calls("AddAccount").at(0).at("account").at("device_authorization_endpoint"),
            "https://id.example.com/device_authorization");
}

TEST_F(DeviceLogin, OptionsThatDoNotGoTogetherAreRefused) {
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
           {"login", "work", "--device", "--no-browser"}, {"login", "work", "--no-qr"}}) {
    const outcome done = run_program(words, near(daemon_));
    EXPECT_EQ(done.exit_code, 2);
    EXPECT_THAT(done.err, AllOf(HasSubstr("--device"), HasSubstr("(latchkey help login)")));
  }
  EXPECT_TRUE(daemon_.calls("Login").empty());
}

TEST_F(DeviceLogin, V3_OnATerminalAnExpiredCodeIsReplacedOnceThePersonSaysYes) {
  for (const std::string answer : {"\n", "y\n", "YES\n", "what\n\n"}) {
    pseudo_terminal terminal(80, 40);
    daemon_.tell("Login", {expiring(), answering({code_step_json()})});
    program login({"login", "work", "--device"}, on_terminal(terminal));
    terminal.wait_for(question);
    terminal.type(answer);
    EXPECT_THAT(terminal.wait_for("work is logged in"), HasSubstr("WDJB-MJHT"));
    EXPECT_EQ(login.wait().exit_code, 0);
  }
}

TEST_F(DeviceLogin, V3_OnATerminalNoOrTheEndOfInputLeavesItAtTheError) {
  for (const std::string answer : {"n\n", "No\n", "\x04"}) {
    pseudo_terminal terminal(80, 40);
    daemon_.tell("Login", {expiring()});
    program login({"login", "work", "--device"}, on_terminal(terminal));
    terminal.wait_for(question);
    terminal.type(answer);
    terminal.wait_for("nobody entered the code in time\r\nRun: latchkey login work --device\r\n");
    EXPECT_EQ(login.wait().exit_code, 1);
  }
}

TEST_F(DeviceLogin, V3_WithoutAPersonAnExpiredCodeIsAnError) {
  const pseudo_terminal terminal(80, 40);
  daemon_.tell("Login", {expiring()});
  surroundings nobody_sees = near(daemon_);
  nobody_sees.input_fd = terminal.program_end();
  surroundings nobody_types = on_terminal(terminal);
  nobody_types.input_fd = -1;
  for (const surroundings& around : {near(daemon_), nobody_sees, nobody_types})
    EXPECT_EQ(run_program({"login", "work", "--device"}, around).exit_code, 1);
  EXPECT_THAT(run_program({"login", "work", "--device"}, near(daemon_)).err,
              EndsWith("latchkey: nobody entered the code in time\nRun: latchkey login work --device\n"));
  EXPECT_EQ(json::parse(run_program({"login", "work", "--device", "--json"}, on_terminal(terminal)).out).at("state"),
            "user_code");
  EXPECT_THAT(read_screen(terminal.screen()), Not(HasSubstr("[Y/n]")));
}

TEST_F(DeviceLogin, C7_V9_CtrlCEndsTheWaitAndTheQuestion) {
  pseudo_terminal waiting(80, 40);
  daemon_.hang("Login", {code_step_json()});
  program login({"login", "work", "--device"}, on_terminal(waiting));
  const std::string shown = waiting.wait_for("Waiting for you at id.example.com (9 min 5");
  login.signal(SIGINT);
  EXPECT_TRUE(daemon_.saw_client_leave());
  EXPECT_EQ(login.wait().exit_code, 130);
  EXPECT_THAT(shown + read_screen(waiting.screen()), EndsWith("\r\033[K"));

  pseudo_terminal asking(80, 40);
  daemon_.tell("Login", {expiring()});
  program asked({"login", "work", "--device"}, on_terminal(asking));
  asking.wait_for(question);
  asked.signal(SIGINT);
  EXPECT_EQ(asked.wait().exit_code, 130);
}

}  // namespace
}  // namespace latchkey::cli
