// `latchkey login` against a daemon: every way to the browser, and every way out.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>

#include <fstream>

#include "tests/cli/program.h"
#include "tests/cli/pseudo_terminal.h"

namespace latchkey::cli {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

const std::string url = "https://id.example.com/oauth/authorize?client_id=x&state=" + std::string(900, 's');

class LoginProcess : public ::testing::Test {
 protected:
  void steps(std::vector<json> before) {
    script told;
    told.before = std::move(before);
    told.last.parameters = step_json("done");
    daemon_.tell("Login", {told});
  }
  void accounts(std::vector<json> each_call) {
    std::deque<script> scripts;
    for (json& list : each_call) {
      script told;
      told.last.parameters = {{"accounts", std::move(list)}};
      scripts.push_back(std::move(told));
    }
    daemon_.tell("Accounts", std::move(scripts));
  }

  fake_daemon daemon_;
  support::temporary_folder folder_;
};

TEST_F(LoginProcess, NoBrowserPrintsTheUrlAloneAsTheFirstLineAndThenWaits) {
  daemon_.hang("Login", {step_json("open_url", url)});
  program login({"login", "work", "--no-browser"}, near(daemon_));
  EXPECT_EQ(login.line(), url);
  EXPECT_EQ(daemon_.calls("Login").at(0), (json{{"account", "work"}, {"flow", "url"}}));
  login.signal(SIGINT);
  const outcome done = login.wait();
  EXPECT_EQ(done.exit_code, 130);
  EXPECT_EQ(done.out, url + "\n");
}

TEST_F(LoginProcess, NoBrowserSaysEverythingElseOnStandardError) {
  steps({step_json("open_url", url), step_json("redirected")});
  const outcome done = run_program({"login", "work", "--no-browser"}, near(daemon_));
  EXPECT_EQ(done.exit_code, 0) << done.err;
  EXPECT_EQ(done.out, url + "\n");
  EXPECT_THAT(done.err, AllOf(HasSubstr("work is logged in; its token ends in 3 h"), HasSubstr("left")));
}

TEST_F(LoginProcess, C7_CtrlCClosesTheConnectionSoThatTheDaemonCancels) {
  daemon_.hang("Login", {step_json("open_url", url)});
  program login({"login", "work", "--no-browser"}, near(daemon_));
  EXPECT_EQ(login.line(), url);
  login.signal(SIGINT);
  EXPECT_TRUE(daemon_.saw_client_leave());
  EXPECT_EQ(login.wait().exit_code, 130);
}

TEST_F(LoginProcess, SaysWhereToLookAndTheUrlInCaseNoPageAppeared) {
  steps({step_json("browser_opened", url), step_json("redirected")});
  const outcome done = run_program({"login", "work"}, near(daemon_));
  EXPECT_EQ(done.exit_code, 0);
  EXPECT_EQ(done.out, "");
  EXPECT_THAT(done.err, AllOf(HasSubstr("Your browser shows the login of work"), HasSubstr("\n  " + url + "\n")));
  EXPECT_EQ(daemon_.calls("Login").at(0).at("flow"), "browser");
}

TEST_F(LoginProcess, OpensTheBrowserItselfWhereTheDaemonHasNone) {
  const std::string fifo = (folder_.path() / "opened").string();
  const std::string browser = (folder_.path() / "browser").string();
  ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
  std::ofstream(browser) << "#!/bin/sh\nprintf '%s' \"$1\" > " << fifo << "\n";
  ::chmod(browser.c_str(), 0700);
  steps({step_json("open_url", url)});
  surroundings around = near(daemon_);
  around.environment["BROWSER"] = browser;
  program login({"login", "work"}, around);
  std::string opened;
  std::getline(std::ifstream(fifo), opened);
  EXPECT_EQ(opened, url);
  const outcome done = login.wait();
  EXPECT_EQ(done.exit_code, 0);
  EXPECT_EQ(done.out, "");
  EXPECT_THAT(done.err, HasSubstr("Opened your browser"));
}

TEST_F(LoginProcess, C8_ABrowserThatIsMissingLeavesTheUrlToThePerson) {
  steps({step_json("open_url", url)});
  surroundings around = near(daemon_);
  around.environment["BROWSER"] = "no-such-browser";
  const outcome failing = run_program({"login", "work"}, around);
  EXPECT_EQ(failing.exit_code, 0);
  EXPECT_THAT(failing.err, AllOf(HasSubstr("no-such-browser"), HasSubstr("\n  " + url + "\n")));
  const outcome none = run_program({"login", "work"}, near(daemon_));
  EXPECT_THAT(none.err, AllOf(HasSubstr("No browser can be opened"), HasSubstr("\n  " + url + "\n")));
}

TEST_F(LoginProcess, OverSshShowsTheTunnelThatBringsTheRedirectHere) {
  steps({step_json("open_url", url)});
  surroundings around = near(daemon_);
  around.environment["SSH_CONNECTION"] = "192.0.2.1 1 192.0.2.2 22";
  EXPECT_THAT(run_program({"login", "work"}, around).err, HasSubstr("ssh -L 45678:127.0.0.1:45678"));
  EXPECT_THAT(run_program({"login", "work", "--no-browser"}, around).err, HasSubstr("ssh -L 45678:127.0.0.1:45678"));
}

TEST_F(LoginProcess, WithJsonEachStepIsALineAndTheAccountTheLast) {
  steps({step_json("open_url", url), step_json("redirected")});
  program login({"login", "work", "--no-browser", "--json"}, near(daemon_));
  EXPECT_EQ(json::parse(login.line()).at("url"), url);
  EXPECT_EQ(json::parse(login.line()).at("state"), "redirected");
  EXPECT_EQ(json::parse(login.line()).at("name"), "work");
  EXPECT_EQ(login.wait().exit_code, 0);
}

TEST_F(LoginProcess, MakesTheAccountFirstWhereThereIsNone) {
  accounts({json::array(), {account_json()}});
  daemon_.answer("AddAccount", json::object());
  steps({step_json("browser_opened", url)});
  const outcome done =
      run_program({"login", "work", "--provider", "kraken", "--client-id", "id", "--scope", "a"}, near(daemon_));
  EXPECT_EQ(done.exit_code, 0) << done.err;
  EXPECT_THAT(done.err, HasSubstr("Made the account work"));
  EXPECT_EQ(daemon_.calls("AddAccount").at(0).at("account").at("scopes"), json{"a"});
  EXPECT_FALSE(daemon_.calls("Login").at(0).contains("scopes"));
}

TEST_F(LoginProcess, AnAccountThatIsThereIsUsedIfTheOptionsAgree) {
  steps({step_json("browser_opened", url)});
  EXPECT_EQ(run_program({"login", "work", "--provider", "kraken", "--client-id", "my-client", "--scope", "a b"},
                        near(daemon_))
                .exit_code,
            0);
  EXPECT_EQ(daemon_.calls("Login").at(0).at("scopes"), (json{"a", "b"}));
  const outcome other = run_program({"login", "work", "--provider", "kraken", "--client-id", "another"}, near(daemon_));
  EXPECT_EQ(other.exit_code, 2);
  EXPECT_THAT(other.err, HasSubstr("--client-id my-client"));
  EXPECT_EQ(daemon_.calls("Login").size(), 1U);
  EXPECT_TRUE(daemon_.calls("AddAccount").empty());
}

TEST_F(LoginProcess, AnUnknownAccountOffersTheNearest) {
  const outcome done = run_program({"login", "wrok"}, near(daemon_));
  EXPECT_EQ(done.exit_code, 1);
  EXPECT_THAT(done.err, HasSubstr("there is no account named wrok; did you mean work?"));
}

TEST_F(LoginProcess, AFailedLoginSaysWhyAndWhatToDo) {
  script failing;
  failing.before = {step_json("browser_opened", url)};
  failing.last = {"io.latchkey.Broker.AccessDenied", {{"message", "the login was refused"}, {"provider_text", "no"}}};
  daemon_.tell("Login", {failing});
  const outcome done = run_program({"login", "work"}, near(daemon_));
  EXPECT_EQ(done.exit_code, 4);
  EXPECT_THAT(done.err, HasSubstr("latchkey: the login was refused\nthe provider says: no\n"));
}

TEST_F(LoginProcess, C7_OnATerminalTheSpinnerShowsTheTimeLeftAndIsErasedByCtrlC) {
  const pseudo_terminal terminal(60);
  daemon_.hang("Login", {step_json("open_url", url)});
  surroundings around = near(daemon_);
  around.error_fd = terminal.program_end();
  program login({"login", "work", "--no-browser"}, around);
  EXPECT_EQ(login.line(), url);
  std::string shown;
  std::array<char, 512> chunk{};
  while (shown.find("left)") == std::string::npos) {
    const ssize_t got = ::read(terminal.screen(), chunk.data(), chunk.size());
    ASSERT_GT(got, 0);
    shown.append(chunk.data(), static_cast<std::size_t>(got));
  }
  EXPECT_THAT(shown, HasSubstr("Waiting for you in the browser (4 min 5"));
  login.signal(SIGINT);
  EXPECT_EQ(login.wait().exit_code, 130);
  EXPECT_THAT(shown + read_screen(terminal.screen()), EndsWith("\r\033[K"));
}

}  // namespace
}  // namespace latchkey::cli
