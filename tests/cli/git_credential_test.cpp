#include "cli/git_credential.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace latchkey::cli {
namespace {

using ::testing::HasSubstr;

constexpr std::string_view address = "protocol=https\nhost=git.example.com\n";

git_request asks(const std::string& more, const std::string& start = std::string(address)) {
  auto request = parse_git_request(start + more);
  EXPECT_TRUE(request) << more;
  return request ? std::move(*request) : git_request{};
}

std::string refusal_of(std::string_view text) {
  const auto request = parse_git_request(text);
  return request ? "taken" : request.error().message;
}

TEST(GitCredential, ReadsWhatGitAsksAndIgnoresWhatItDoesNotKnow) {
  const git_request request =
      asks("path=a/b.git\nusername=ann\npassword=p=1\noauth_refresh_token=x\nstate[]=s\n=\n\nhost=x\n");
  EXPECT_EQ(request.protocol, "https");
  EXPECT_EQ(request.host, "git.example.com");
  EXPECT_EQ(request.username, "ann");
  EXPECT_EQ(request.password, "p=1");
  EXPECT_FALSE(request.takes_authtype);
}

TEST(GitCredential, TakesTheEndOfInputForTheEmptyLine) {
  EXPECT_EQ(refusal_of("protocol=https\nhost=a"), "taken");
  EXPECT_EQ(refusal_of("protocol=https\nhost=a\n"), "taken");
  EXPECT_EQ(asks("credential=t").password, "t");
}

TEST(GitCredential, C3_RefusesWhatGitNeverWrites) {
  const std::string nul("username=a\0b\n", 13);
  struct {
    std::string more;
    const char* says;
  } const rows[] = {// A line break in an address (CVE-2020-5260) arrives as one more line.
                    {"path=x\nhost=evil.example\n", "host is twice"},
                    {"username=a\nprotocol=https\n", "protocol is twice"},
                    {"username=a\nusername=b\n", "username is twice"},
                    {"path=x\njust a word\n", "without \"=\""},
                    // A carriage return, which some take for a line break (CVE-2024-52006).
                    {"path=x\rhost=evil.example\n", "carriage return"},
                    {"wwwauth[]=Basic\r\n", "carriage return"},
                    {nul, "NUL"},
                    // Escape sequences meant for a prompt (CVE-2024-50349).
                    {"username=\033[2Ja\n", "username in git's request holds a control character"},
                    {"username=a\x7F\n", "username in git's request holds a control character"},
                    {"path=" + std::string(longest_git_request, 'x') + "\n", "longer than"}};
  for (const auto& row : rows) EXPECT_THAT(refusal_of(std::string(address) + row.more), HasSubstr(row.says));
  EXPECT_THAT(refusal_of("protocol=https\nhost=a\033b\n"),
              HasSubstr("host in git's request holds a control character"));
}

TEST(GitCredential, C3_RefusesARequestThatNamesNoPlace) {
  EXPECT_THAT(refusal_of(""), HasSubstr("names no host"));
  EXPECT_THAT(refusal_of("\n"), HasSubstr("names no host"));
  EXPECT_THAT(refusal_of("protocol=https\n\nhost=a\n"), HasSubstr("names no host"));
  EXPECT_THAT(refusal_of("protocol=https\nhost=\n"), HasSubstr("names no host"));
  EXPECT_THAT(refusal_of("host=a\n"), HasSubstr("names no protocol"));
  EXPECT_THAT(refusal_of("url=https://git.example.com/\n"), HasSubstr("names no host"));
}

TEST(GitCredential, ATokenGoesToItsHostsAloneAndNeverInTheClear) {
  using enum git_destination;
  struct {
    const char* protocol;
    const char* host;
    std::vector<std::string> allowed;
    git_destination verdict;
  } const rows[] = {{"https", "git.example.com", {"git.example.com"}, ours},
                    {"https", "GIT.Example.com:443", {"git.example.COM"}, ours},
                    {"https", "git.example.com", {"git.example.com:443"}, ours},
                    {"https", "git.example.com", {"a.example", "git.example.com"}, ours},
                    {"https", "git.example.com:8443", {"git.example.com:8443"}, ours},
                    {"https", "git.example.com:8443", {"git.example.com"}, foreign},
                    {"https", "git.example.com", {"git.example.com:8443"}, foreign},
                    {"https", "evil.git.example.com", {"git.example.com"}, foreign},
                    {"https", "git.example.com.evil.example", {"git.example.com"}, foreign},
                    {"https", "git.example.com.", {"git.example.com"}, foreign},
                    {"https", "git.example.com@evil.example", {"git.example.com"}, foreign},
                    {"https", "evil.example/git.example.com", {"git.example.com"}, foreign},
                    {"https", "git.example.com", {}, foreign},
                    {"https", "git.example.com", {""}, foreign},
                    {"https", "git.example.com", {"*"}, foreign},
                    {"ssh", "git.example.com", {"git.example.com"}, foreign},
                    {"HTTPS", "git.example.com", {"git.example.com"}, foreign},
                    {"http", "git.example.com", {"git.example.com"}, unprotected},
                    {"http", "evil.example", {"git.example.com"}, foreign},
                    {"http", "127.0.0.1:8080", {"127.0.0.1:8080"}, ours},
                    {"http", "127.1.2.3", {"127.1.2.3:80"}, ours},
                    {"http", "localhost", {"localhost"}, ours},
                    {"http", "[::1]:3000", {"[::1]:3000"}, ours},
                    {"http", "[::1]", {"[::1]"}, ours},
                    {"http", "127.0.0.1.evil.example", {"127.0.0.1.evil.example"}, unprotected},
                    {"http", "localhost.evil.example", {"localhost.evil.example"}, unprotected},
                    {"http", "10.0.0.1", {"10.0.0.1"}, unprotected}};
  for (const auto& row : rows) {
    git_request request;
    request.protocol = row.protocol;
    request.host = row.host;
    EXPECT_EQ(judge_destination(request, row.allowed), row.verdict) << row.protocol << "://" << row.host;
  }
}

TEST(GitCredential, TakesTheHostOfAnAddressWithoutThePortThatGoesWithoutSaying) {
  struct {
    const char* address;
    const char* host;
  } const rows[] = {{"https://git.example.com", "git.example.com"},
                    {"https://Git.Example.com:443/login?a=b#c", "git.example.com"},
                    {"https://git.example.com:8443/", "git.example.com:8443"},
                    {"http://[::1]:3000/x", "[::1]:3000"},
                    {"https://user@git.example.com/", ""},
                    {"https://", ""},
                    {"https:///x", ""},
                    {"ftp://git.example.com", ""},
                    {"git.example.com", ""}};
  for (const auto& row : rows) EXPECT_EQ(git_host_of(row.address), row.host) << row.address;
}

TEST(GitCredential, KnowsAHostFromAnAddress) {
  for (const char* host : {"git.example.com", "a_b.example:8443", "[::1]:3000", "127.0.0.1"})
    EXPECT_TRUE(is_git_host(host));
  for (const char* other : {"", ":80", "https://git.example.com", "a/b", "a@b", "a b", "a\nb", "*.example.com", "ü"})
    EXPECT_FALSE(is_git_host(other)) << other;
}

class GitAnswer : public ::testing::Test {
 protected:
  GitAnswer() {
    given_.access_token = "secret-token";
    given_.expires_at = 2000000000;
  }
  std::string answer(const std::string& more) { return git_answer(asks(more), given_, "oauth2"); }

  token given_;
  const std::string basic_ = "username=oauth2\npassword=secret-token\npassword_expiry_utc=2000000000\n";
  const std::string bearer_ =
      "capability[]=authtype\nauthtype=Bearer\nephemeral=1\ncredential=secret-token\npassword_expiry_utc=2000000000\n";
};

TEST_F(GitAnswer, IsAPasswordUnlessTheServerTakesBearerAloneAndGitCanPassItOn) {
  const std::string knows = "capability[]=authtype\n";
  EXPECT_EQ(answer(""), basic_);
  EXPECT_EQ(answer(knows), basic_);
  EXPECT_EQ(answer("wwwauth[]=Bearer realm=\"x\"\n"), basic_);
  EXPECT_EQ(answer("capability[]=state\nwwwauth[]=Bearer\n"), basic_);
  EXPECT_EQ(answer(knows + "wwwauth[]=Basic realm=\"x\"\n"), basic_);
  EXPECT_EQ(answer(knows + "wwwauth[]=Bearer\nwwwauth[]=basic realm=\"x\"\n"), basic_);
  EXPECT_EQ(answer(knows + "wwwauth[]=Bearer realm=\"x\", Basic realm=\"y\"\n"), basic_);
  EXPECT_EQ(answer(knows + "wwwauth[]=Bearer realm=\"x\", scope=\"basic\"\n"), bearer_);
  EXPECT_EQ(answer(knows + "wwwauth[]=bearer\nwwwauth[]=Negotiate\n"), bearer_);
  EXPECT_EQ(answer(knows + "wwwauth[]=,, ,\n"), basic_);
}

TEST_F(GitAnswer, LeavesAnUnknownEndOut) {
  given_.expires_at.reset();
  EXPECT_EQ(answer(""), "username=oauth2\npassword=secret-token\n");
  given_.expires_at = -1;
  EXPECT_EQ(answer(""), "username=oauth2\npassword=secret-token\n");
}

}  // namespace
}  // namespace latchkey::cli
