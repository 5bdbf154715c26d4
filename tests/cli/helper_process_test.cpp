// `latchkey helper git`, `kubectl` and `xoauth2` against a daemon.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "tests/cli/program.h"

namespace latchkey::cli {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

json token_json(const std::string& access_token) {
  return {{"access_token", access_token},
          {"token_type", "Bearer"},
          {"expires_at", 2000000000},
          {"scopes", {"a"}},
          {"generation", 7}};
}

constexpr const char* work_host = "protocol=https\nhost=git.example.com\n";

class HelperProcess : public ::testing::Test {
 protected:
  HelperProcess() : around_(near(daemon_)) { daemon_.answer("GetToken", token_json("secret-token")); }
  outcome git(const std::string& input, std::vector<std::string> options, const std::string& operation = "get") {
    std::vector<std::string> words{"helper", "git", "work"};
    words.insert(words.end(), options.begin(), options.end());
    words.push_back(operation);
    around_.input = input;
    return run_program(words, around_);
  }
  outcome latchkey(std::vector<std::string> words) { return run_program(std::move(words), around_); }
  void provider_is(const std::string& name) {
    json known = account_json();
    known["provider"] = name;
    daemon_.answer("Accounts", {{"accounts", {known}}});
  }

  fake_daemon daemon_;
  surroundings around_;
};

const std::vector<std::string> to_git{"--host", "git.example.com"};
const std::string answered = "username=oauth2\npassword=secret-token\npassword_expiry_utc=2000000000\n";

TEST_F(HelperProcess, GitGetsUserNameAndTokenForTheNamedHost) {
  const outcome done = git(work_host, to_git);
  EXPECT_EQ(done.out, answered);
  EXPECT_EQ(done.err, "");
  EXPECT_EQ(done.exit_code, 0);
  EXPECT_EQ(daemon_.calls("GetToken"), (std::vector<json>{{{"account", "work"}}}));
}

TEST_F(HelperProcess, GitsUserNameComesFromTheAddressThenFromTheOption) {
  EXPECT_THAT(git(work_host, {"--host", "git.example.com", "--username", "x-token"}).out,
              StartsWith("username=x-token\n"));
  EXPECT_THAT(git(std::string(work_host) + "username=ann\n", {"--host", "git.example.com", "--username", "x"}).out,
              StartsWith("username=ann\n"));
}

TEST_F(HelperProcess, GitsTokenGoesToTheProvidersOwnHostWhereNoneIsNamed) {
  const std::string other = "protocol=https\nhost=id.example.com\n";
  EXPECT_EQ(git(other, {}).out, answered) << "the preset's page of consent";
  provider_is("https://git.example.com/realms/x");
  EXPECT_EQ(git(work_host, {}).out, answered) << "the issuer";
  provider_is("git.example.com");
  EXPECT_EQ(git(work_host, {}).out, answered) << "the host of the token endpoint";
  EXPECT_EQ(git(other, {}).out, "");
}

TEST_F(HelperProcess, GitGetsNoAnswerForAnotherHostSoThatItAsksTheNextHelper) {
  const outcome done = git("protocol=https\nhost=evil.example\n", to_git);
  EXPECT_EQ(done.out, "");
  EXPECT_THAT(done.err, HasSubstr("is for git.example.com, not for evil.example"));
  EXPECT_EQ(done.exit_code, 0);
  EXPECT_TRUE(daemon_.calls("GetToken").empty());
}

TEST_F(HelperProcess, C3_GitIsToldToGiveUpOnARequestThatItNeverWrites) {
  const std::string nul("username=a\0b\n", 13);
  for (const std::string& more : {std::string("path=x\nhost=evil.example\n"), std::string("username=a\rb\n"), nul,
                                  std::string("username=\033[2J\n"), std::string("what\n")}) {
    const outcome done = git(work_host + more, to_git);
    EXPECT_EQ(done.out, "quit=1\n") << more;
    EXPECT_EQ(done.exit_code, 2) << more;
    EXPECT_THAT(done.err, StartsWith("latchkey: ")) << more;
  }
  EXPECT_EQ(git("", to_git).out, "quit=1\n");
  EXPECT_EQ(git("protocol=http\nhost=git.example.com\n", to_git).out, "quit=1\n");
  EXPECT_TRUE(daemon_.calls("GetToken").empty());
}

TEST_F(HelperProcess, C3_GitsRequestOfAMebibyteIsRefused) {
  const support::temporary_folder folder;
  const std::string file = (folder.path() / "request").string();
  std::ofstream(file) << work_host << "path=" << std::string(1024 * 1024, 'x') << "\n\n";
  const unique_fd input(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  around_.input_fd = input.get();
  const outcome done = git("", to_git);
  EXPECT_EQ(done.out, "quit=1\n");
  EXPECT_THAT(done.err, HasSubstr("longer than 131072 bytes"));
}

TEST_F(HelperProcess, GitIsAnsweredAtTheEmptyLineWithoutWaitingForTheEnd) {
  int ends[2];
  ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  const unique_fd reader(ends[0]);
  const unique_fd writer(ends[1]);
  const std::string request = std::string(work_host) + "\n";
  ASSERT_EQ(::write(writer.get(), request.data(), request.size()), static_cast<ssize_t>(request.size()));
  around_.input_fd = reader.get();
  EXPECT_EQ(git("", to_git).out, answered);
}

TEST_F(HelperProcess, GitIsToldToGiveUpWhereThereIsNoToken) {
  daemon_.refuse("GetToken", "LoginRequired", {{"message", "work has no grant"}});
  const outcome done = git(work_host, to_git);
  EXPECT_EQ(done.out, "quit=1\n");
  EXPECT_THAT(done.err, AllOf(HasSubstr("work has no grant"), HasSubstr("latchkey login work")));
  EXPECT_EQ(done.exit_code, 3);
  around_.environment["LATCHKEY_SOCKET"] = "/nonexistent/latchkey.sock";
  const outcome alone = git(work_host, to_git);
  EXPECT_EQ(alone.out, "quit=1\n");
  EXPECT_EQ(alone.exit_code, 6);
}

TEST_F(HelperProcess, C3_GitGetsNoTokenThatHoldsALineBreak) {
  daemon_.answer("GetToken", token_json("a\nhost=evil.example"));
  const outcome done = git(work_host, to_git);
  EXPECT_EQ(done.out, "quit=1\n");
  EXPECT_EQ(done.exit_code, 1);
}

TEST_F(HelperProcess, GitsErasedTokenIsReplacedWhereItIsTheCurrentOne) {
  const outcome done = git(std::string(work_host) + "username=oauth2\npassword=secret-token\n", to_git, "erase");
  EXPECT_EQ(done.out + done.err, "");
  EXPECT_EQ(done.exit_code, 0);
  EXPECT_EQ(daemon_.calls("GetToken"),
            (std::vector<json>{{{"account", "work"}, {"min_valid", 0}},
                               {{"account", "work"}, {"min_valid", 0}, {"stale_generation", 7}}}));
}

TEST_F(HelperProcess, GitsErasedCredentialIsReplacedToo) {
  (void)git(std::string(work_host) + "capability[]=authtype\nauthtype=Bearer\ncredential=secret-token\n", to_git,
            "erase");
  EXPECT_EQ(daemon_.calls("GetToken").size(), 2);
}

TEST_F(HelperProcess, GitsEraseOfAnotherPasswordOrHostReplacesNothing) {
  (void)git(std::string(work_host) + "password=secret-tokem\n", to_git, "erase");
  EXPECT_EQ(daemon_.calls("GetToken").size(), 1) << "asked for, to compare";
  const outcome foreign = git("protocol=https\nhost=evil.example\npassword=secret-token\n", to_git, "erase");
  EXPECT_EQ(foreign.out + foreign.err, "");
  (void)git(work_host, to_git, "erase");
  EXPECT_EQ(daemon_.calls("GetToken").size(), 1);
}

TEST_F(HelperProcess, GitsStoreAndWhatANewerGitMayAskAreIgnored) {
  for (const char* operation : {"store", "capability", "teleport"}) {
    const outcome done = git(std::string(work_host) + "password=x\n", to_git, operation);
    EXPECT_EQ(done.out + done.err, "");
    EXPECT_EQ(done.exit_code, 0);
  }
}

TEST_F(HelperProcess, GitsOptionsAreCheckedBeforeAnythingIsAsked) {
  for (const std::vector<std::string>& bad :
       std::vector<std::vector<std::string>>{{"--host", "https://git.example.com"},
                                             {"--host", ""},
                                             {"--host", "*"},
                                             {"--host", "a", "--username", "a\nb"},
                                             {"--host", "a", "--username", ""},
                                             {"--hots", "a"}}) {
    const outcome done = git(work_host, bad);
    EXPECT_EQ(done.exit_code, 2) << bad.back();
    EXPECT_EQ(done.out, "quit=1\n") << bad.back();
  }
  EXPECT_TRUE(daemon_.calls("GetToken").empty());
}

TEST_F(HelperProcess, KubectlGetsAnExecCredentialOfTheVersionThatItAskedFor) {
  const std::string version = "client.authentication.k8s.io/v1beta1";
  around_.environment["KUBERNETES_EXEC_INFO"] =
      json{{"apiVersion", version}, {"kind", "ExecCredential"}, {"spec", {{"interactive", true}}}}.dump();
  const outcome done = latchkey({"helper", "kubectl", "work", "--min-valid", "300"});
  EXPECT_EQ(json::parse(done.out),
            (json{{"apiVersion", version},
                  {"kind", "ExecCredential"},
                  {"status", {{"token", "secret-token"}, {"expirationTimestamp", "2033-05-18T03:33:20Z"}}}}));
  EXPECT_EQ(done.err, "");
  EXPECT_EQ(daemon_.calls("GetToken").at(0), (json{{"account", "work"}, {"min_valid", 300}}));
}

TEST_F(HelperProcess, KubectlGetsNothingWhereTheVersionIsUnknownOrThereIsNoToken) {
  around_.environment["KUBERNETES_EXEC_INFO"] = "{}";
  const outcome unknown = latchkey({"helper", "kubectl", "work"});
  EXPECT_EQ(unknown.out, "");
  EXPECT_EQ(unknown.exit_code, 2);
  EXPECT_TRUE(daemon_.calls("GetToken").empty());
  around_.environment.erase("KUBERNETES_EXEC_INFO");
  daemon_.refuse("GetToken", "LoginRequired", {{"message", "work has no grant"}});
  const outcome none = latchkey({"helper", "kubectl", "work"});
  EXPECT_EQ(none.out, "");
  EXPECT_EQ(none.exit_code, 3);
  EXPECT_THAT(none.err, HasSubstr("latchkey login work"));
}

TEST_F(HelperProcess, MailProgramsGetTheTokenAloneOrTheResponseInBase64) {
  EXPECT_EQ(latchkey({"helper", "xoauth2", "work"}).out, "secret-token\n");
  EXPECT_EQ(latchkey({"helper", "xoauth2", "work", "--sasl", "xoauth2", "--user", "ann@example.com"}).out,
            "dXNlcj1hbm5AZXhhbXBsZS5jb20BYXV0aD1CZWFyZXIgc2VjcmV0LXRva2VuAQE=\n");
  EXPECT_EQ(
      latchkey({"helper", "xoauth2", "work", "--sasl", "oauthbearer", "--user", "ann@example.com", "--host",
                "imap.example.com", "--port", "993"})
          .out,
      "bixhPWFubkBleGFtcGxlLmNvbSwBaG9zdD1pbWFwLmV4YW1wbGUuY29tAXBvcnQ9OTkzAWF1dGg9QmVhcmVyIHNlY3JldC10b2tlbgEB\n");
}

TEST_F(HelperProcess, NoProgramThatKnowsBearerTokensAloneGetsOneThatIsBoundToAKey) {
  json bound = token_json("secret-token");
  bound["token_type"] = "DPoP";
  daemon_.answer("GetToken", bound);
  const outcome for_git = git(work_host, to_git);
  EXPECT_EQ(for_git.out, "quit=1\n");
  const outcome others[] = {for_git, latchkey({"helper", "kubectl", "work"}), latchkey({"helper", "xoauth2", "work"}),
                            latchkey({"helper", "xoauth2", "work", "--sasl", "xoauth2", "--user", "a@example.com"})};
  for (const outcome& done : others) {
    EXPECT_EQ(done.exit_code, 2);
    EXPECT_THAT(done.out, AnyOf("", "quit=1\n"));
    EXPECT_THAT(done.err, AllOf(HasSubstr("the tokens of work are of the type DPoP"), HasSubstr("without --dpop"),
                                Not(HasSubstr("secret-token"))));
  }
}

TEST_F(HelperProcess, C3_MailProgramsGetNothingForAnIdentityThatIsNotOne) {
  for (const std::vector<std::string>& bad :
       std::vector<std::vector<std::string>>{{"--sasl", "xoauth2"},
                                             {"--sasl", "xoauth2", "--user", "a\x01z"},
                                             {"--sasl", "oauthbearer", "--user", "a\nb"},
                                             {"--user", "ann@example.com"},
                                             {"--sasl", "xoauth2", "--user", "a", "--port", "1"},
                                             {"--host", "h"},
                                             {"--sasl", "oauthbearer", "--user", "a", "--port", "65536"}}) {
    std::vector<std::string> words{"helper", "xoauth2", "work"};
    words.insert(words.end(), bad.begin(), bad.end());
    const outcome done = latchkey(words);
    EXPECT_EQ(done.out, "") << bad.back();
    EXPECT_EQ(done.exit_code, 2) << bad.back();
  }
  EXPECT_TRUE(daemon_.calls("GetToken").empty());
}

}  // namespace
}  // namespace latchkey::cli
