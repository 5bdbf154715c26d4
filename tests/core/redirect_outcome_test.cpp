// How the right redirect ends a login: code, refusal, error, foreign issuer.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/authorize.h"

namespace latchkey {
namespace {

using testing::HasSubstr;

redirect_judge::expectation expecting() {
  return {"127.0.0.1:4711", "/callback", secret("s3cret-state"), "", false, "work"};
}

redirect_request get(std::string_view target) {
  return {"GET", std::string(target), {{"Host", "127.0.0.1:4711"}}, false};
}

TEST(RedirectOutcome, ADeniedLoginEndsAsDenied) {
  redirect_judge judge(expecting());
  const redirect_answer answer =
      judge.judge(get("/callback?error=access_denied&error_description=The+person+said+no&state=s3cret-state"));
  EXPECT_EQ(answer.status, 303U);
  EXPECT_EQ(answer.location, "/done");
  ASSERT_TRUE(judge.outcome() && judge.outcome()->has_error());
  EXPECT_EQ(judge.outcome()->error().code, errc::access_denied);
  EXPECT_EQ(judge.outcome()->error().message, "the login of \"work\" was refused at the provider");
  EXPECT_EQ(judge.outcome()->error().provider_text, "access_denied: The person said no");
  EXPECT_EQ(judge.judge(get("/callback?code=c0de&state=s3cret-state")).status, 410U);
  EXPECT_TRUE(judge.outcome()->has_error());
}

TEST(RedirectOutcome, L21_AnyOtherErrorFailsTheLoginAndIsEscaped) {
  redirect_judge judge(expecting());
  EXPECT_EQ(
      judge
          .judge(get("/callback?state=s3cret-state&error=server_error&error_description=%3Cb%3E%1B[31m%E2%80%AE%0D%0A"))
          .status,
      303U);
  ASSERT_TRUE(judge.outcome() && judge.outcome()->has_error());
  const fault& why = judge.outcome()->error();
  EXPECT_EQ(why.code, errc::login_failed);
  EXPECT_EQ(why.message, "the provider ended the login of \"work\" with an error");
  EXPECT_EQ(why.provider_text, "server_error: <b>\\x1B[31m\\u{202E}\\x0D\\x0A");
}

TEST(RedirectOutcome, ARightStateWithNothingElseFailsTheLogin) {
  for (const std::string_view query : {"state=s3cret-state", "state=s3cret-state&code=", "state=s3cret-state&error="}) {
    redirect_judge judge(expecting());
    EXPECT_EQ(judge.judge(get("/callback?" + std::string(query))).status, 303U) << query;
    ASSERT_TRUE(judge.outcome() && judge.outcome()->has_error());
    EXPECT_EQ(judge.outcome()->error().code, errc::login_failed);
    EXPECT_THAT(judge.outcome()->error().message, HasSubstr("neither a code nor an error"));
  }
}

struct issuer_case {
  std::string issuer;
  bool required;
  std::string_view parameters;
  std::string_view problem;  ///< Empty: taken.
};

TEST(RedirectOutcome, L22_L23_L24_AnAnswerOfAnotherIssuerIsNeverUsed) {
  const std::string issuer = "https://id.example.com";
  const issuer_case cases[] = {
      {issuer, true, "&code=c&iss=https%3A%2F%2Fid.example.com", ""},
      {issuer, true, "&code=c&iss=https://id.example.com", ""},
      {issuer, true, "&code=c&iss=https%3A%2F%2Fevil.example", "names another issuer than https://id.example.com"},
      {issuer, true, "&code=c&iss=https%3A%2F%2Fid.example.com%2F", "names another issuer"},
      {issuer, true, "&code=c&iss=HTTPS%3A%2F%2Fid.example.com", "names another issuer"},
      {issuer, true, "&code=c&iss=", "names another issuer"},
      {issuer, true, "&code=c", "names no issuer"},
      {issuer, true, "&error=access_denied", "names no issuer"},
      {issuer, true, "&error=access_denied&iss=https%3A%2F%2Fevil.example", "names another issuer"},
      {issuer, false, "&code=c", ""},
      {issuer, false, "&code=c&iss=https%3A%2F%2Fid.example.com", ""},
      {issuer, false, "&code=c&iss=https%3A%2F%2Fevil.example%1B", "https://evil.example\\x1B"},
      {"", false, "&code=c&iss=https%3A%2F%2Fwhoever.example", ""},
      {"", false, "&code=c", ""},
  };
  for (const auto& [known, required, parameters, problem] : cases) {
    redirect_judge::expectation expected = expecting();
    expected.issuer = known;
    expected.iss_required = required;
    redirect_judge judge(std::move(expected));
    EXPECT_EQ(judge.judge(get("/callback?state=s3cret-state" + std::string(parameters))).status, 303U);
    ASSERT_TRUE(judge.outcome()) << parameters;
    EXPECT_EQ(judge.outcome()->has_value(), problem.empty()) << parameters;
    if (!judge.outcome()->has_error()) continue;
    EXPECT_EQ(judge.outcome()->error().code, errc::login_failed);
    EXPECT_THAT(judge.outcome()->error().message, HasSubstr(std::string(problem))) << parameters;
  }
}

}  // namespace
}  // namespace latchkey
