// What the real program says and exits with when something goes wrong.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <chrono>

#include "core/error.h"
#include "tests/cli/program.h"

namespace latchkey::cli {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::StartsWith;

outcome latchkey(const fake_daemon& daemon, std::vector<std::string> words) {
  return run_program(std::move(words), near(daemon));
}

TEST(ErrorProcess, EveryErrorOfTheDaemonHasItsExitCode) {
  fake_daemon daemon;
  for (const error_info& row : error_table()) {
    if (row.code == errc::no_daemon) continue;
    daemon.refuse("GetToken", std::string(row.wire_name), {{"message", "a sentence"}});
    const outcome done = latchkey(daemon, {"token", "work"});
    EXPECT_EQ(done.exit_code, row.exit_code) << row.wire_name;
    EXPECT_EQ(done.out, "");
    EXPECT_THAT(done.err, StartsWith("latchkey: a sentence\n"));
    EXPECT_EQ(done.err.find("ACCOUNT"), std::string::npos) << done.err;
  }
}

TEST(ErrorProcess, SaysWhatTheProviderSaidAndWhatToDo) {
  fake_daemon daemon;
  daemon.refuse("GetToken", "LoginRequired", {{"message", "the grant is gone"}, {"provider_text", "Token revoked"}});
  EXPECT_EQ(latchkey(daemon, {"token", "work"}).err,
            "latchkey: the grant is gone\nthe provider says: Token revoked\nRun: latchkey login work\n");
  daemon.refuse("GetToken", "LoginRequired", {{"message", "scopes are missing"}, {"missing_scopes", {"a", "b"}}});
  EXPECT_EQ(latchkey(daemon, {"token", "work"}).err,
            "latchkey: scopes are missing\nRun: latchkey login work --scope \"a b\"\n");
  daemon.refuse("GetToken", "TemporarilyUnavailable", {{"message", "too many"}, {"retry_after", 30}});
  EXPECT_EQ(latchkey(daemon, {"token", "work"}).err, "latchkey: too many\nTry again in 30 s.\n");
}

TEST(ErrorProcess, WithJsonTheErrorIsAnObjectOnStandardError) {
  fake_daemon daemon;
  daemon.refuse("GetToken", "TemporarilyUnavailable", {{"message", "too many"}, {"retry_after", 30}});
  const outcome done = latchkey(daemon, {"token", "work", "--json"});
  EXPECT_EQ(done.out, "");
  EXPECT_EQ(json::parse(done.err), (json{{"error", "TemporarilyUnavailable"},
                                         {"message", "too many"},
                                         {"retry_after", 30},
                                         {"advice", "Try again in 30 s."}}));
  EXPECT_EQ(done.exit_code, 5);
  const outcome usage = latchkey(daemon, {"token", "--json", "--nonsense"});
  EXPECT_EQ(json::parse(usage.err).at("error"), "BadRequest");
  EXPECT_EQ(usage.exit_code, 2);
}

TEST(ErrorProcess, C3_ControlCharactersFromTheDaemonAreShownEscaped) {
  fake_daemon daemon;
  daemon.refuse("GetToken", "ProviderError", {{"message", "a\033[2Jb"}, {"provider_text", "c\r\nd\u202E"}});
  const outcome done = latchkey(daemon, {"token", "work"});
  EXPECT_EQ(done.err, "latchkey: a\\x1B[2Jb\nthe provider says: c\\x0D\\x0Ad\\u{202E}\n");
}

TEST(ErrorProcess, C5_AMissingDaemonIsExitCodeSixWithTheWayToStartIt) {
  surroundings around;
  around.environment["LATCHKEY_SOCKET"] = "/nonexistent/latchkey.sock";
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{{"token", "work"},
                                                                                     {"exec", "work", "--", "true"},
                                                                                     {"login", "work"},
                                                                                     {"logout", "work"},
                                                                                     {"remove", "work", "-y"},
                                                                                     {"list"},
                                                                                     {"show", "work"},
                                                                                     {"status"},
                                                                                     {"watch"},
                                                                                     {"providers"},
                                                                                     {"scopes", "kraken"}}) {
    const outcome done = run_program(words, around);
    EXPECT_EQ(done.exit_code, 6) << words.front();
    EXPECT_EQ(done.out, "") << words.front();
    EXPECT_THAT(done.err, HasSubstr("systemctl --user start latchkeyd")) << words.front();
  }
}

TEST(ErrorProcess, I19_WithoutARuntimeFolderSaysWhichVariablesCount) {
  const outcome done = run_program({"list"}, {});
  EXPECT_EQ(done.exit_code, 6);
  EXPECT_THAT(done.err, HasSubstr("LATCHKEY_SOCKET"));
}

TEST(ErrorProcess, C5_ADaemonThatHangsIsGivenUpAfterSeconds) {
  fake_daemon daemon;
  daemon.hang("Accounts");
  const auto start = std::chrono::steady_clock::now();
  // Side by side: the last two would otherwise wait for a person, or for good.
  program list({"list"}, near(daemon));
  program login({"login", "work"}, near(daemon));
  program watch({"watch"}, near(daemon));
  for (program* each : {&list, &login, &watch}) {
    const outcome done = each->wait();
    EXPECT_EQ(done.exit_code, 5);
    EXPECT_THAT(done.err, HasSubstr("did not answer in time"));
  }
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(10));
}

TEST(ErrorProcess, C5_ADaemonThatDiesMidCallIsNoDaemon) {
  auto daemon = std::make_unique<fake_daemon>();
  daemon->hang("Watch", {{{"event", {{"kind", "state"}, {"account", account_json()}}}}});
  program watching({"watch"}, near(*daemon));
  EXPECT_THAT(watching.line(), HasSubstr("work"));
  daemon.reset();
  const outcome done = watching.wait();
  EXPECT_EQ(done.exit_code, 6);
  EXPECT_THAT(done.err, HasSubstr("closed the connection"));
}

TEST(ErrorProcess, C6_AStandardOutputThatTakesNothingIsAnErrorNotSilence) {
  fake_daemon daemon;
  daemon.answer(
      "GetToken",
      {{"access_token", "secret-token"}, {"token_type", "Bearer"}, {"scopes", json::array()}, {"generation", 1}});
  const unique_fd full(::open("/dev/full", O_WRONLY | O_CLOEXEC));
  surroundings around = near(daemon);
  around.output_fd = full.get();
  for (const char* verb : {"token", "show"}) {
    const outcome done = run_program({verb, "work"}, around);
    EXPECT_EQ(done.exit_code, 1);
    EXPECT_EQ(done.err, "latchkey: cannot write to standard output: No space left on device\n");
  }
  const outcome help = run_program({"--help"}, around);
  EXPECT_EQ(help.exit_code, 1);
}

TEST(ErrorProcess, C6_AClosedPipeIsASentenceAndNoSignal) {
  const fake_daemon daemon;
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
  ::close(ends[0]);
  const unique_fd writer(ends[1]);
  surroundings around = near(daemon);
  around.output_fd = writer.get();
  const outcome done = run_program({"list"}, around);
  EXPECT_EQ(done.exit_code, 1);
  EXPECT_EQ(done.err, "latchkey: cannot write to standard output: Broken pipe\n");
}

TEST(ErrorProcess, C6_AClosedStandardOutputNeverSendsTheTokenElsewhere) {
  fake_daemon daemon;
  daemon.answer(
      "GetToken",
      {{"access_token", "secret-token"}, {"token_type", "Bearer"}, {"scopes", json::array()}, {"generation", 1}});
  // The connection of `watch` is open while it prints; without care it would be descriptor 1.
  daemon.hang("Watch", {{{"event", {{"kind", "state"}, {"account", account_json()}}}}});
  surroundings around = near(daemon);
  around.output_closed = true;
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{{"token", "work"}, {"watch"}}) {
    const outcome done = run_program(words, around);
    EXPECT_EQ(done.exit_code, 1);
    EXPECT_EQ(done.err, "latchkey: cannot write to standard output: Bad file descriptor\n");
  }
}

TEST(ErrorProcess, C5_AnOlderDaemonIsNamedAsSuch) {
  fake_daemon daemon;
  script old;
  old.last = {"org.varlink.service.MethodNotFound", {{"method", "io.latchkey.Broker.Status"}}};
  daemon.tell("Status", {old});
  const outcome done = latchkey(daemon, {"status"});
  EXPECT_EQ(done.exit_code, 2);
  EXPECT_THAT(done.err, HasSubstr("older than this program"));
}

}  // namespace
}  // namespace latchkey::cli
