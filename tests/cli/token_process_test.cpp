// `latchkey token` and `latchkey exec` against a daemon.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>

#include <fstream>

#include "tests/cli/program.h"

namespace latchkey::cli {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

json token_json(const std::string& access_token) {
  return {{"access_token", access_token},
          {"token_type", "Bearer"},
          {"expires_at", 2000000000},
          {"scopes", {"a", "b"}},
          {"generation", 7}};
}

class TokenProcess : public ::testing::Test {
 protected:
  TokenProcess() { daemon_.answer("GetToken", token_json("secret-token")); }
  outcome latchkey(std::vector<std::string> words) { return run_program(std::move(words), near(daemon_)); }

  fake_daemon daemon_;
};

TEST_F(TokenProcess, PrintsTheTokenAloneOnALine) {
  const outcome done = latchkey({"token", "work"});
  EXPECT_EQ(done.out, "secret-token\n");
  EXPECT_EQ(done.err, "");
  EXPECT_EQ(done.exit_code, 0);
  EXPECT_EQ(daemon_.calls("GetToken"), (std::vector<json>{{{"account", "work"}}}));
}

TEST_F(TokenProcess, PrintsTheWholeReplyAsJson) {
  const outcome done = latchkey({"token", "work", "--json"});
  EXPECT_EQ(json::parse(done.out), token_json("secret-token"));
  EXPECT_EQ(done.exit_code, 0);
}

TEST_F(TokenProcess, PassesOnWhatTheTokenMustBe) {
  EXPECT_EQ(latchkey({"token", "--scope", "a b", "work", "--scope=c", "--min-valid", "600", "--stale-generation", "6"})
                .exit_code,
            0);
  EXPECT_EQ(daemon_.calls("GetToken").at(0),
            (json{{"account", "work"}, {"scopes", {"a", "b", "c"}}, {"min_valid", 600}, {"stale_generation", 6}}));
}

TEST_F(TokenProcess, C7_CtrlCWhileTheDaemonRefreshesEndsTheCommandAlone) {
  daemon_.hang("GetToken");
  program waiting({"token", "work"}, near(daemon_));
  ASSERT_TRUE(daemon_.saw_call("GetToken"));
  waiting.signal(SIGINT);
  const outcome done = waiting.wait();
  EXPECT_EQ(done.exit_code, 130);
  EXPECT_EQ(done.out + done.err, "");
}

TEST_F(TokenProcess, T23_PrintsATokenOf64KiBWhole) {
  const std::string large(64 * 1024, 'x');
  daemon_.answer("GetToken", token_json(large));
  EXPECT_EQ(latchkey({"token", "work"}).out, large + "\n");
}

TEST_F(TokenProcess, C3_PassesNoTokenOnThatHoldsControlCharacters) {
  for (const std::string bad : {"a\nb", "a\r", "a\033[2J", "a b", "", "ü"}) {
    daemon_.answer("GetToken", token_json(bad));
    const outcome done = latchkey({"token", "work"});
    EXPECT_EQ(done.out, "");
    EXPECT_EQ(done.exit_code, 1);
    EXPECT_EQ(latchkey({"exec", "work", "--", "true"}).exit_code, 1);
  }
}

TEST_F(TokenProcess, ExecGivesTheTokenToTheProgramAlone) {
  const outcome done =
      latchkey({"exec", "work", "--", "sh", "-c", "printf '%s|%s' \"$ACCESS_TOKEN\" \"$*\"", "x", "--json"});
  EXPECT_EQ(done.out, "secret-token|--json");
  EXPECT_EQ(done.err, "");
  EXPECT_EQ(done.exit_code, 0);
}

TEST_F(TokenProcess, ExecTakesTheVariableAndGivesBackTheExitCode) {
  const outcome done = latchkey({"exec", "work", "--env", "GH_TOKEN", "--scope", "a", "--", "sh", "-c",
                                 "printf '%s' \"$GH_TOKEN$ACCESS_TOKEN\"; exit 42"});
  EXPECT_EQ(done.out, "secret-token");
  EXPECT_EQ(done.exit_code, 42);
  EXPECT_EQ(daemon_.calls("GetToken").at(0), (json{{"account", "work"}, {"scopes", {"a"}}}));
}

TEST_F(TokenProcess, ExecLeavesArgumentsAsTheyAre) {
  EXPECT_EQ(latchkey({"exec", "work", "--", "printf", "%s.", "[1,2]", "--", "-h", ""}).out, "[1,2].--.-h..");
}

TEST_F(TokenProcess, ExecGivesSignalsAndDescriptorsToTheProgramAsTheyWere) {
  const outcome done =
      latchkey({"exec", "work", "--", "sh", "-c", "ls -l /proc/self/fd | grep -c socket; kill -PIPE $$"});
  EXPECT_EQ(done.out, "0\n");
  EXPECT_EQ(done.exit_code, -SIGPIPE);
}

TEST_F(TokenProcess, C4_ExecOfAMissingProgramIs127AndOfOneThatIsNoProgram126) {
  const outcome missing = latchkey({"exec", "work", "--", "no-such-program-here"});
  EXPECT_EQ(missing.exit_code, 127);
  EXPECT_THAT(missing.err, HasSubstr("latchkey: cannot run no-such-program-here: No such file"));
  const support::temporary_folder folder;
  const std::string file = (folder.path() / "data").string();
  std::ofstream(file) << "data";
  ::chmod(file.c_str(), 0600);
  const outcome data = latchkey({"exec", "work", "--", file});
  EXPECT_EQ(data.exit_code, 126);
  EXPECT_THAT(data.err, HasSubstr("Permission denied"));
}

TEST_F(TokenProcess, ExecWithoutAProgramOrWithABadVariableAsksForNoToken) {
  for (const std::vector<std::string>& words :
       std::vector<std::vector<std::string>>{{"exec", "work"},
                                             {"exec", "work", "--"},
                                             {"exec", "work", "--env", "A B", "--", "true"},
                                             {"exec", "work", "--env", "1A", "--", "true"},
                                             {"exec", "work", "--env", "", "--", "true"},
                                             {"exec", "--", "true"}})
    EXPECT_EQ(latchkey(words).exit_code, 2) << words.back();
  EXPECT_TRUE(daemon_.calls("GetToken").empty());
}

}  // namespace
}  // namespace latchkey::cli
