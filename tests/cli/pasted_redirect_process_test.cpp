// A browser on another machine: its last address is pasted into the `latchkey login` that waits.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/socket.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>

#include "tests/cli/program.h"
#include "tests/cli/pseudo_terminal.h"

namespace latchkey::cli {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

const std::string url = "https://id.example.com/oauth/authorize?client_id=x";
const std::string right = "http://127.0.0.1:45678/callback?state=s&code=" + std::string(6000, 'c');
const std::string wrong = "http://127.0.0.1:45678/callback?state=guess&code=c";
const std::string refusal = "the address belongs to another login";

script accepted() {
  script told;
  told.last.parameters = json::object();
  return told;
}

script refused() {
  script told;
  told.last = {"io.latchkey.Broker.BadRequest", {{"message", refusal}}};
  return told;
}

class PastedRedirect : public ::testing::Test {
 protected:
  PastedRedirect() {
    script login;
    login.before = {step_json("open_url", url)};
    login.last.parameters = step_json("done");
    login.end = script::ending::answers_after_finish_login;
    daemon_.tell("Login", {login});
    daemon_.tell("FinishLogin", {accepted()});
  }
  surroundings with_input(int fd) {
    surroundings around = near(daemon_);
    around.input_fd = fd;
    return around;
  }
  std::vector<std::string> pasted() {
    std::vector<std::string> addresses;
    for (const json& call : daemon_.calls("FinishLogin")) addresses.push_back(call.at("redirect_url"));
    return addresses;
  }
  surroundings at_terminal(const pseudo_terminal& terminal) {
    surroundings around = with_input(terminal.program_end());
    around.error_fd = terminal.program_end();
    return around;
  }

  fake_daemon daemon_;
};

using addresses = std::vector<std::string>;

tcflag_t modes(const pseudo_terminal& terminal) {
  termios now{};
  EXPECT_EQ(::tcgetattr(terminal.program_end(), &now), 0);
  return now.c_lflag & (ICANON | ECHO);
}

TEST_F(PastedRedirect, FromAPipeIsHandedToTheDaemonAndTheLoginGoesOn) {
  surroundings around = near(daemon_);
  around.input = "\n  " + right + " \r\n";
  const outcome done = run_program({"login", "work", "--no-browser"}, around);
  EXPECT_EQ(done.exit_code, 0) << done.err;
  EXPECT_EQ(done.out, url + "\n");
  EXPECT_EQ(daemon_.calls("FinishLogin"), (std::vector<json>{{{"account", "work"}, {"redirect_url", right}}}));
  EXPECT_THAT(done.err, AllOf(HasSubstr("to standard input, a line"), HasSubstr("work is logged in")));
}

TEST_F(PastedRedirect, TheLastLineOfAPipeNeedsNoLineFeed) {
  surroundings around = near(daemon_);
  around.input = right;
  EXPECT_EQ(run_program({"login", "work", "--no-browser"}, around).exit_code, 0);
  EXPECT_EQ(pasted(), addresses{right});
}

TEST_F(PastedRedirect, ARefusalIsASentenceAndTheNextLineIsTaken) {
  daemon_.tell("FinishLogin", {refused(), refused(), accepted()});
  surroundings around = near(daemon_);
  around.input = wrong + "\nnonsense\n" + right + "\n";
  const outcome done = run_program({"login", "work", "--no-browser"}, around);
  EXPECT_EQ(done.exit_code, 0) << done.err;
  EXPECT_EQ(pasted(), (addresses{wrong, "nonsense", right}));
  EXPECT_THAT(done.err,
              AllOf(HasSubstr("Not taken: " + refusal + "\nNot taken: " + refusal + "\n"), Not(HasSubstr("code="))));
}

TEST_F(PastedRedirect, ALineOfAnyLengthIsBounded) {
  int ends[2];
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
  unique_fd ours(ends[0]);
  const unique_fd theirs(ends[1]);
  program login({"login", "work", "--no-browser"}, with_input(theirs.get()));
  const std::string flood(std::size_t{1} << 20, 'x');
  std::string_view left(flood);
  while (!left.empty()) {
    const ssize_t sent = ::send(ours.get(), left.data(), left.size(), MSG_NOSIGNAL);
    ASSERT_GT(sent, 0);
    left.remove_prefix(static_cast<std::size_t>(sent));
  }
  ASSERT_GT(::send(ours.get(), "\n", 1, MSG_NOSIGNAL), 0);
  login.wait_for_error_text("is no address");
  ASSERT_EQ(::send(ours.get(), (right + "\n").data(), right.size() + 1, MSG_NOSIGNAL),
            static_cast<ssize_t>(right.size() + 1));
  EXPECT_EQ(login.wait().exit_code, 0);
  EXPECT_EQ(pasted(), addresses{right});
}

TEST_F(PastedRedirect, TheEndOfInputEndsOnlyTheReading) {
  const unique_fd nothing(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  for (const int input : {nothing.get(), -1}) {
    program login({"login", "work", "--no-browser"}, with_input(input));
    EXPECT_EQ(login.line(), url);
    login.signal(SIGINT);
    const outcome done = login.wait();
    EXPECT_EQ(done.exit_code, 130);
    EXPECT_THAT(done.err, Not(HasSubstr("Not taken")));
  }
  EXPECT_TRUE(pasted().empty());
}

TEST_F(PastedRedirect, WhereNobodyIsOnStandardInputNobodyIsInvited) {
  const unique_fd nothing(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  daemon_.finish_login();
  const outcome done = run_program({"login", "work", "--no-browser"}, with_input(nothing.get()));
  EXPECT_EQ(done.exit_code, 0);
  EXPECT_THAT(done.err, Not(HasSubstr("another machine")));
}

TEST_F(PastedRedirect, OnATerminalIsNotShownAndTheTerminalIsAsBefore) {
  pseudo_terminal terminal(80);
  const tcflag_t before = modes(terminal);
  daemon_.tell("FinishLogin", {refused(), accepted()});
  program login({"login", "work", "--no-browser"}, at_terminal(terminal));
  EXPECT_THAT(terminal.wait_for("Nothing of it is shown."), HasSubstr("press Enter"));
  EXPECT_EQ(modes(terminal), 0U);
  terminal.type(wrong + "\r");
  std::string shown = terminal.wait_for("Not taken: " + refusal);
  // Longer than a line of the terminal's own may be.
  terminal.type("typo\x15\033[200~" + right.substr(0, 3000));
  terminal.type(right.substr(3000) + "\033[201~\n");
  shown += terminal.wait_for("work is logged in");
  EXPECT_EQ(login.wait().exit_code, 0);
  EXPECT_EQ(pasted(), (addresses{wrong, right}));
  EXPECT_THAT(shown, Not(HasSubstr("code=")));
  EXPECT_EQ(modes(terminal), before);
}

TEST_F(PastedRedirect, C7_CtrlCLeavesTheTerminalAsItWas) {
  pseudo_terminal terminal(80);
  const tcflag_t before = modes(terminal);
  program login({"login", "work", "--no-browser"}, at_terminal(terminal));
  terminal.wait_for("left)");
  EXPECT_EQ(modes(terminal), 0U);
  login.signal(SIGINT);
  EXPECT_EQ(login.wait().exit_code, 130);
  EXPECT_EQ(modes(terminal), before);
}

TEST_F(PastedRedirect, C7_CtrlZGivesTheShellItsTerminalBackAndFgTakesItAgain) {
  pseudo_terminal terminal(80);
  surroundings around = at_terminal(terminal);
  // The program is stopped, the shell goes on, looks at its terminal, and takes the program to the foreground again.
  around.under = {"/usr/bin/setsid", "-c", "/bin/bash", "-mc",
                  R"("$0" "$@"; stty -a | tr ' ' '\n' | grep -E '^-?(echo|icanon)$'; fg)"};
  program shell({"login", "work", "--no-browser"}, around);
  terminal.wait_for("left)");
  terminal.type("\x1A");
  EXPECT_EQ(shell.line(), url);
  EXPECT_EQ(shell.line(), "icanon");
  EXPECT_EQ(shell.line(), "echo");
  terminal.wait_for("left)");
  EXPECT_EQ(modes(terminal), 0U);
  terminal.type(right.substr(0, 3000));
  terminal.type(right.substr(3000) + "\n");
  terminal.wait_for("work is logged in");
  EXPECT_EQ(shell.wait().exit_code, 0);
  EXPECT_EQ(pasted(), addresses{right});
}

TEST_F(PastedRedirect, InTheBackgroundTheTerminalIsLeftToTheJobThatHasIt) {
  pseudo_terminal terminal(80);
  const tcflag_t before = modes(terminal);
  surroundings around = at_terminal(terminal);
  around.under = {"/usr/bin/setsid", "-c", "/bin/bash", "-mc", R"("$0" "$@" & wait $!)"};
  terminal.type(right.substr(0, 3000) + "\n");
  program shell({"login", "work", "--no-browser"}, around);
  EXPECT_EQ(shell.line(), url);
  terminal.wait_for("left)");
  EXPECT_EQ(modes(terminal), before);
  daemon_.finish_login();
  EXPECT_EQ(shell.wait().exit_code, 0);
  EXPECT_TRUE(pasted().empty());
}

TEST_F(PastedRedirect, WorksTooWhereNoBrowserCouldBeOpened) {
  surroundings around = near(daemon_);
  around.input = right + "\n";
  const outcome done = run_program({"login", "work"}, around);
  EXPECT_EQ(done.exit_code, 0) << done.err;
  EXPECT_EQ(pasted(), addresses{right});
  EXPECT_THAT(done.err, AllOf(HasSubstr("No browser can be opened"), HasSubstr("to standard input, a line")));
}

TEST_F(PastedRedirect, WhereTheDaemonOpenedTheBrowserNothingIsRead) {
  script login;
  login.before = {step_json("browser_opened", url)};
  login.last.parameters = step_json("done");
  daemon_.tell("Login", {login});
  surroundings around = near(daemon_);
  around.input = right + "\n";
  EXPECT_EQ(run_program({"login", "work"}, around).exit_code, 0);
  EXPECT_TRUE(pasted().empty());
}

}  // namespace
}  // namespace latchkey::cli
