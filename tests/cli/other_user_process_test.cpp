// `latchkey login` where another person has logged in than the grant is of: a question on a terminal, --other-user, or
// an error.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/program.h"
#include "tests/cli/pseudo_terminal.h"

namespace latchkey::cli {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

const std::string question =
    "The grant is of another user than the one who logged in. Log in again, and replace it? [y/N] ";

class OtherUser : public ::testing::Test {
 protected:
  static script another() {
    script told;
    told.before = {step_json("open_url", "https://id.example.com/authorize"), step_json("redirected")};
    told.last = {"io.latchkey.Broker.OtherUser", {{"message", "ann's grant, bob's login"}}};
    return told;
  }
  static script done() {
    script told;
    told.last.parameters = step_json("done");
    return told;
  }
  surroundings on_terminal(const pseudo_terminal& terminal) {
    surroundings around = near(daemon_);
    around.input_fd = terminal.program_end();
    around.error_fd = terminal.program_end();
    return around;
  }

  fake_daemon daemon_;
};

TEST_F(OtherUser, O9_OnATerminalThePersonIsAskedAndLogsInOnceMore) {
  pseudo_terminal terminal(120, 40);
  daemon_.tell("Login", {another(), done()});
  program login({"login", "work", "--no-browser"}, on_terminal(terminal));
  terminal.wait_for(question);
  terminal.type("y\n");
  terminal.wait_for("work is logged in");
  EXPECT_EQ(login.wait().exit_code, 0);
  EXPECT_FALSE(daemon_.calls("Login").at(0).contains("accept_other_user"));
  EXPECT_EQ(daemon_.calls("Login").at(1), (json{{"account", "work"}, {"flow", "url"}, {"accept_other_user", true}}));
}

TEST_F(OtherUser, O9_AnythingButYesLeavesTheGrantAsItIs) {
  for (const std::string answer : {"\n", "n\n", "\x04"}) {
    pseudo_terminal terminal(120, 40);
    daemon_.tell("Login", {another()});
    program login({"login", "work", "--no-browser"}, on_terminal(terminal));
    terminal.wait_for(question);
    terminal.type(answer);
    terminal.wait_for(
        "ann's grant, bob's login\r\nLog in as the person it is of, or run `latchkey login work --other-user`");
    EXPECT_EQ(login.wait().exit_code, 1);
  }
}

TEST_F(OtherUser, O9_WithoutATerminalItIsAnErrorThatSaysWhatToDo) {
  daemon_.tell("Login", {another()});
  const outcome failed = run_program({"login", "work", "--no-browser"}, near(daemon_));
  EXPECT_EQ(failed.exit_code, 1);
  EXPECT_THAT(failed.err,
              EndsWith("latchkey: ann's grant, bob's login\nLog in as the person it is of, or run `latchkey "
                       "login work --other-user` to replace the grant.\n"));
  const pseudo_terminal terminal(120, 40);
  daemon_.tell("Login", {another()});
  EXPECT_EQ(run_program({"login", "work", "--no-browser", "--json"}, on_terminal(terminal)).exit_code, 1);
  EXPECT_THAT(read_screen(terminal.screen()), AllOf(HasSubstr("OtherUser"), Not(HasSubstr("[y/N]"))));
}

TEST_F(OtherUser, O9_OtherUserAgreesBeforehand) {
  daemon_.tell("Login", {done()});
  EXPECT_EQ(run_program({"login", "work", "--other-user"}, near(daemon_)).exit_code, 0);
  EXPECT_EQ(daemon_.calls("Login").at(0).at("accept_other_user"), true);
}

TEST_F(OtherUser, O9_YesToScopesIsNoYesToAnotherPerson) {
  daemon_.tell("Login", {another()});
  const outcome failed = run_program({"login", "work", "--no-browser", "--yes"}, near(daemon_));
  EXPECT_EQ(failed.exit_code, 1);
  EXPECT_THAT(failed.err, HasSubstr("`latchkey login work --other-user`"));
  EXPECT_FALSE(daemon_.calls("Login").at(0).contains("accept_other_user"));
}

}  // namespace
}  // namespace latchkey::cli
