// `latchkey add`, `logout` and `remove` against a daemon.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <termios.h>

#include <fstream>

#include "tests/cli/program.h"
#include "tests/cli/pseudo_terminal.h"

namespace latchkey::cli {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

class AccountProcess : public ::testing::Test {
 protected:
  AccountProcess() {
    daemon_.answer("AddAccount", json::object());
    daemon_.answer("RemoveAccount", json::object());
  }
  outcome latchkey(std::vector<std::string> words, const std::string& input = {}) {
    surroundings around = near(daemon_);
    around.input = input;
    return run_program(std::move(words), around);
  }

  fake_daemon daemon_;
  support::temporary_folder folder_;
};

TEST_F(AccountProcess, AddSendsWhatWasAsked) {
  const outcome done = latchkey({"add",
                                 "work",
                                 "--provider",
                                 "kraken",
                                 "--client-id",
                                 "id",
                                 "--scope",
                                 "a b",
                                 "--scope",
                                 "c",
                                 "--redirect-uri",
                                 "http://localhost:8080/cb",
                                 "--parameter",
                                 "audience=x=y",
                                 "--client-authentication",
                                 "client_secret_post",
                                 "--set",
                                 "tenant=common",
                                 "--set",
                                 "host=a.example"});
  EXPECT_EQ(done.exit_code, 0) << done.err;
  EXPECT_EQ(done.out, "The account work is there. Log in: latchkey login work\n");
  EXPECT_EQ(daemon_.calls("AddAccount").at(0).at("account"),
            (json{{"name", "work"},
                  {"provider", "kraken"},
                  {"client_id", "id"},
                  {"scopes", {"a", "b", "c"}},
                  {"redirect_uri", "http://localhost:8080/cb"},
                  {"client_authentication", "client_secret_post"},
                  {"authorize_parameters", {{"audience", "x=y"}}},
                  {"variables", {{"tenant", "common"}, {"host", "a.example"}}}}));
}

TEST_F(AccountProcess, AddTakesAddressesInPlaceOfAProvider) {
  EXPECT_EQ(latchkey({"add", "work", "--authorize-url", "https://a/", "--token-url", "https://t/", "--revocation-url",
                      "https://r/", "--client-id", "id"})
                .exit_code,
            0);
  const json sent = daemon_.calls("AddAccount").at(0).at("account");
  EXPECT_EQ(sent.at("authorization_endpoint"), "https://a/");
  EXPECT_EQ(sent.at("token_endpoint"), "https://t/");
  EXPECT_EQ(sent.at("revocation_endpoint"), "https://r/");
}

TEST_F(AccountProcess, AddWithJsonPrintsTheAccount) {
  const outcome done = latchkey({"add", "work", "--issuer", "https://i", "--client-id", "id", "--json"});
  EXPECT_EQ(json::parse(done.out).at("name"), "work");
}

TEST_F(AccountProcess, AddRefusesWhatIsMissingOrContradictory) {
  struct {
    std::vector<std::string> words;
    const char* says;
  } const rows[] = {{{"--client-id", "id"}, "which provider?"},
                    {{"--client-id", "id", "--token-url", "https://t/"}, "which provider?"},
                    {{"--provider", "kraken"}, "--client-id is missing"},
                    {{"--provider", "kraken", "--issuer", "https://i", "--client-id", "id"}, "one of them"},
                    {{"--provider", "kraken", "--client-id", "id", "--parameter", "audience"}, "NAME=VALUE"},
                    {{"--provider", "kraken", "--client-id", "id", "--parameter", "=x"}, "NAME=VALUE"},
                    {{"--provider", "k", "--client-id", "i", "--set", "domain"}, "--set domain has no NAME=VALUE"},
                    {{"--provider", "k", "--client-id", "i", "--set", "a=1", "--set", "a=2"}, "--set a is given twice"},
                    {{"--provider", "k", "--client-id", "i", "--parameter", "a=1", "--parameter", "a=2"}, "twice"}};
  for (const auto& row : rows) {
    std::vector<std::string> words{"add", "work"};
    words.insert(words.end(), row.words.begin(), row.words.end());
    const outcome done = latchkey(words);
    EXPECT_EQ(done.exit_code, 2) << row.says;
    EXPECT_THAT(done.err, HasSubstr(row.says));
  }
  EXPECT_TRUE(daemon_.calls("AddAccount").empty());
}

TEST_F(AccountProcess, C2_ASecretOnTheCommandLineIsRefusedWithTheBetterWay) {
  for (const char* verb : {"add", "login"})
    for (const std::vector<std::string>& secret : std::vector<std::vector<std::string>>{
             {"--client-secret", "hunter2"}, {"--client-secret=hunter2"}, {"--client-secret"}}) {
      std::vector<std::string> words{verb, "work", "--provider", "kraken", "--client-id", "id"};
      words.insert(words.end(), secret.begin(), secret.end());
      const outcome done = latchkey(words);
      EXPECT_EQ(done.exit_code, 2);
      EXPECT_THAT(done.err, HasSubstr("--client-secret-file"));
      EXPECT_THAT(done.err, Not(HasSubstr("hunter2")));
    }
  EXPECT_TRUE(daemon_.calls("AddAccount").empty());
}

TEST_F(AccountProcess, AnAccountMayNameWhereTheProviderTellsOfThePerson) {
  const outcome done = latchkey({"add", "work", "--provider", "kraken", "--client-id", "id", "--userinfo-url",
                                 "https://id.example.com/userinfo"});
  EXPECT_EQ(done.err, "");
  EXPECT_EQ(daemon_.calls("AddAccount").at(0).at("account").at("userinfo_endpoint"), "https://id.example.com/userinfo");
}

TEST_F(AccountProcess, ASecretComesFromAFileOrAPipeLessItsLineEnd) {
  const std::string file = (folder_.path() / "secret").string();
  std::ofstream(file) << "s3cret\r\n";
  ::chmod(file.c_str(), 0600);
  const outcome from_file =
      latchkey({"add", "work", "--provider", "kraken", "--client-id", "id", "--client-secret-file", file});
  EXPECT_EQ(from_file.err, "");
  EXPECT_EQ(daemon_.calls("AddAccount").at(0).at("account").at("client_secret"), "s3cret");
  EXPECT_EQ(
      latchkey({"add", "work", "--provider", "kraken", "--client-id", "id", "--client-secret-file", "-"}, "piped\n")
          .exit_code,
      0);
  EXPECT_EQ(daemon_.calls("AddAccount").at(1).at("account").at("client_secret"), "piped");
}

TEST_F(AccountProcess, ASecretFileOpenToOthersIsWarnedOfAndABadOneRefused) {
  const std::string file = (folder_.path() / "secret").string();
  const auto add = [&](const std::string& from) {
    return latchkey({"add", "work", "--provider", "kraken", "--client-id", "id", "--client-secret-file", from});
  };
  std::ofstream(file) << "s3cret";
  ::chmod(file.c_str(), 0644);
  EXPECT_THAT(add(file).err, HasSubstr("chmod 600 " + file));
  std::ofstream(file, std::ios::trunc) << "\n";
  EXPECT_EQ(add(file).exit_code, 2);
  EXPECT_EQ(add(file + ".none").exit_code, 2);
  std::ofstream(file, std::ios::trunc) << std::string(17 * 1024, 'x');
  EXPECT_EQ(add(file).exit_code, 2);
  EXPECT_EQ(daemon_.calls("AddAccount").size(), 1U);
}

TEST_F(AccountProcess, C7_CtrlCWhileASecretIsTypedTurnsTheEchoBackOn) {
  const pseudo_terminal terminal(80);
  surroundings around = near(daemon_);
  around.input_fd = terminal.program_end();
  program adding({"add", "work", "--provider", "kraken", "--client-id", "id", "--client-secret-file", "-"}, around);
  adding.wait_for_error_text("client secret: ");
  const auto echoes = [&] {
    termios state{};
    ::tcgetattr(terminal.program_end(), &state);
    return (state.c_lflag & ECHO) != 0;
  };
  // The prompt is written once typing is hidden.
  EXPECT_FALSE(echoes());
  adding.signal(SIGINT);
  EXPECT_EQ(adding.wait().exit_code, 130);
  EXPECT_TRUE(echoes());
  EXPECT_TRUE(daemon_.calls("AddAccount").empty());
}

TEST_F(AccountProcess, ASecretIsTypedWithoutBeingShown) {
  const pseudo_terminal terminal(80);
  surroundings around = near(daemon_);
  around.input_fd = terminal.program_end();
  program adding({"add", "work", "--provider", "kraken", "--client-id", "id", "--client-secret-file", "-"}, around);
  adding.wait_for_error_text("client secret: ");
  ASSERT_EQ(::write(terminal.screen(), "typed\n", 6), 6);
  EXPECT_EQ(adding.wait().exit_code, 0);
  EXPECT_EQ(daemon_.calls("AddAccount").at(0).at("account").at("client_secret"), "typed");
  EXPECT_THAT(read_screen(terminal.screen()), Not(HasSubstr("typed")));
}

TEST_F(AccountProcess, LogoutRevokesUnlessToldOtherwise) {
  daemon_.answer("Logout", {{"revoked", true}});
  EXPECT_EQ(latchkey({"logout", "work"}).out, "work is logged out; the provider has revoked the grant.\n");
  EXPECT_EQ(daemon_.calls("Logout").at(0), (json{{"account", "work"}, {"revoke", true}}));
  daemon_.answer("Logout", {{"revoked", false}, {"note", "The provider cannot revoke: see https://example.com/apps"}});
  EXPECT_EQ(latchkey({"logout", "work", "--no-revoke"}).out,
            "work is logged out.\nThe provider cannot revoke: see https://example.com/apps\n");
  EXPECT_EQ(daemon_.calls("Logout").at(1).at("revoke"), false);
  EXPECT_EQ(json::parse(latchkey({"logout", "work", "--json"}).out).at("revoked"), false);
}

TEST_F(AccountProcess, LockAndUnlockSayWhatTheyDid) {
  daemon_.answer("Lock", json::object());
  daemon_.answer("Unlock", json::object());
  EXPECT_EQ(latchkey({"lock"}).out, "latchkeyd is locked: it holds no secret until `latchkey unlock`.\n");
  EXPECT_EQ(latchkey({"lock", "--json"}).out, "{\"locked\":true}\n");
  EXPECT_EQ(daemon_.calls("Lock").size(), 2U);
  EXPECT_EQ(latchkey({"unlock"}).out, "latchkeyd is unlocked.\n");
  EXPECT_EQ(latchkey({"unlock", "--json"}).out, "{\"locked\":false}\n");
  EXPECT_EQ(daemon_.calls("Unlock").size(), 2U);
}

TEST_F(AccountProcess, RemoveInAPipeNeedsYes) {
  const outcome refused = latchkey({"remove", "work"}, "y\n");
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_THAT(refused.err, HasSubstr("--yes"));
  EXPECT_TRUE(daemon_.calls("RemoveAccount").empty());
  EXPECT_EQ(latchkey({"remove", "work", "--yes"}).out, "The account work is removed.\n");
  EXPECT_EQ(latchkey({"remove", "work", "-y", "--json"}).out, "{\"removed\":\"work\"}\n");
  EXPECT_EQ(daemon_.calls("RemoveAccount").at(0), (json{{"account", "work"}}));
}

TEST_F(AccountProcess, RemoveOnATerminalAsksAndTakesNothingButYes) {
  struct {
    std::string answer;
    int exit_code;
  } const rows[] = {{"n\n", 1}, {"\n", 1}, {"maybe\n", 1}, {"y\n", 0}, {"yes\n", 0}};
  for (const auto& row : rows) {
    const pseudo_terminal terminal(80);
    surroundings around = near(daemon_);
    around.input_fd = around.error_fd = terminal.program_end();
    ASSERT_GT(::write(terminal.screen(), row.answer.data(), row.answer.size()), 0);
    EXPECT_EQ(run_program({"remove", "work"}, around).exit_code, row.exit_code) << row.answer;
    EXPECT_THAT(read_screen(terminal.screen()), HasSubstr("[y/N]"));
  }
  EXPECT_EQ(daemon_.calls("RemoveAccount").size(), 2U);
}

}  // namespace
}  // namespace latchkey::cli
