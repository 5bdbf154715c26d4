#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/authorize.h"
#include "core/limits.h"

namespace latchkey {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr std::string_view state = "s3cret-state";
constexpr std::string_view host = "127.0.0.1:4711";
constexpr std::string_view waiting = "This is not the redirect we wait for";

redirect_judge::expectation expecting() {
  return {std::string(host), "/callback", secret(state), "", false, "work"};
}

redirect_request get(std::string_view target) {
  return {"GET", std::string(target), {{"Host", std::string(host)}, {"Accept", "text/html"}}, false};
}

redirect_request right_redirect() {
  return get("/callback?code=c0de&state=s3cret-state");
}

// What every refusal promises: the status, a page, one more refusal counted, and a login that goes on.
void expect_refused(redirect_judge& judge, const redirect_request& request, unsigned status,
                    const std::string& reason) {
  const int before = judge.refusals();
  const redirect_answer answer = judge.judge(request);
  EXPECT_EQ(answer.status, status) << request.target;
  EXPECT_EQ(judge.last_refusal(), reason) << request.target;
  EXPECT_EQ(answer.location, "");
  EXPECT_THAT(answer.page, HasSubstr(waiting));
  EXPECT_THAT(answer.page, HasSubstr("the login goes on waiting"));
  EXPECT_THAT(answer.page, Not(HasSubstr("s3cret-state")));
  EXPECT_THAT(answer.page, Not(HasSubstr("work")));
  EXPECT_EQ(judge.refusals(), before + 1);
  EXPECT_FALSE(judge.outcome()) << request.target;
}

void expect_still_open(redirect_judge& judge) {
  EXPECT_EQ(judge.judge(right_redirect()).status, 303U);
  ASSERT_TRUE(judge.outcome());
  ASSERT_TRUE(judge.outcome()->has_value());
  EXPECT_EQ((*judge.outcome())->code, secret("c0de"));
}

TEST(RedirectJudge, TheRightRedirectBringsTheCodeAndACleanAddress) {
  redirect_judge judge(expecting());
  EXPECT_FALSE(judge.outcome());
  const redirect_answer answer = judge.judge(get("/callback?state=s3cret-state&code=a%2Bb+c%2F&scope=x&scope=y"));
  EXPECT_EQ(answer.status, 303U);
  EXPECT_EQ(answer.location, "/done");
  EXPECT_EQ(answer.page, "");
  EXPECT_EQ(judge.refusals(), 0);
  ASSERT_TRUE(judge.outcome());
  ASSERT_TRUE(judge.outcome()->has_value());
  EXPECT_EQ((*judge.outcome())->code, secret("a+b c/"));
}

struct refused_query {
  std::string_view query, reason;
};

TEST(RedirectJudge, L1_L2_L3_L4_L5_L20_RefusesEveryQueryThatIsNotTheRightOne) {
  const refused_query cases[] = {
      {"?code=c&state=wrong", "its state is not that of this login"},
      {"?code=c&state=s3cret-statE", "its state is not that of this login"},
      {"?code=c&state=s3cret-state%20", "its state is not that of this login"},
      {"?code=c&state=s3cret-stat", "its state is not that of this login"},
      {"?code=c&State=s3cret-state", "it has no state"},
      {"?code=c", "it has no state"},
      {"?code=c&state=", "it has no state"},
      {"?code=c&state", "it has no state"},
      {"", "it has no state"},
      {"?", "it has no state"},
      {"?error=access_denied", "it has no state"},
      {"?error=access_denied&state=wrong", "its state is not that of this login"},
      {"?code=c&state=s3cret-state&state=s3cret-state", "it has the parameter state twice"},
      {"?code=c&state=s3cret-state&%73tate=x", "it has the parameter state twice"},
      {"?code=c&code=c&state=s3cret-state", "it has the parameter code twice"},
      {"?code=c&code&state=s3cret-state", "it has the parameter code twice"},
      {"?error=a&error=b&state=s3cret-state", "it has the parameter error twice"},
      {"?code=c&iss=a&iss=a&state=s3cret-state", "it has the parameter iss twice"},
      {"?error=a&error_description=b&error_description=c&state=s3cret-state",
       "it has the parameter error_description twice"},
      {"?code=c&error=access_denied&state=s3cret-state", "it has both a code and an error"},
      {"?code=c&error=&state=s3cret-state", "it has both a code and an error"},
      {"?code=%00&state=s3cret-state", "its query cannot be read"},
      {"?code=%FF&state=s3cret-state", "its query cannot be read"},
      {"?code=%&state=s3cret-state", "its query cannot be read"},
      {"?code=c&state=s3cret-state&x=%C0%80", "its query cannot be read"},
      {"?code=c;state=s3cret-state", "it has no state"},
      {"?code=c&state=s3cret-state;", "its state is not that of this login"},
      {"?=s3cret-state&code=c", "it has no state"},
      {"?code=c&state=s3cret+state", "its state is not that of this login"},
      {"?code=c&amp;state=s3cret-state", "it has no state"},
  };
  redirect_judge judge(expecting());
  for (const auto& [query, reason] : cases)
    expect_refused(judge, get("/callback" + std::string(query)), 400, std::string(reason));
  expect_still_open(judge);
}

TEST(RedirectJudge, L20_OddButLegalQueriesAreTheRightRedirect) {
  for (const std::string_view query :
       {"?&&code=c0de&&state=s3cret-state&", "?=&=x&state=s3cret-state&code=c0de",
        "?st%61te=s3cret%2Dstate&c%6Fde=c0de", "?state=s3cret-state&code=c0de&x&y=1=2;3"}) {
    redirect_judge judge(expecting());
    EXPECT_EQ(judge.judge(get("/callback" + std::string(query))).status, 303U) << query;
    ASSERT_TRUE(judge.outcome() && judge.outcome()->has_value());
    EXPECT_EQ((*judge.outcome())->code, secret("c0de"));
  }
}

TEST(RedirectJudge, L6_L7_ASecondRedirectChangesNothing) {
  redirect_judge judge(expecting());
  expect_still_open(judge);
  for (const std::string_view query : {"code=c0de&state=s3cret-state", "code=other&state=s3cret-state",
                                       "error=access_denied&state=s3cret-state", ""}) {
    const redirect_answer answer = judge.judge(get("/callback?" + std::string(query)));
    EXPECT_EQ(answer.status, 410U);
    EXPECT_EQ(answer.location, "");
    EXPECT_THAT(answer.page, HasSubstr("This login is over"));
    EXPECT_THAT(answer.page, Not(HasSubstr("work")));
    EXPECT_EQ(judge.last_refusal(), "this login is already over");
  }
  ASSERT_TRUE(judge.outcome()->has_value());
  EXPECT_EQ((*judge.outcome())->code, secret("c0de"));
  EXPECT_EQ(judge.refusals(), 4);
}

TEST(RedirectJudge, L7_TheWrongOneOfTwoAtOnceCostsTheRightOneNothing) {
  redirect_judge judge(expecting());
  expect_refused(judge, get("/callback?code=evil&state=guess"), 400, "its state is not that of this login");
  expect_still_open(judge);
}

TEST(RedirectJudge, L8_TheRedirectOfAnotherLoginIsRefused) {
  redirect_judge judge(expecting());
  expect_refused(judge, get("/callback?code=c&state=state-of-login-A"), 400, "its state is not that of this login");
}

TEST(RedirectJudge, L9_L13_ThePathMustBeExact) {
  redirect_judge judge(expecting());
  for (const std::string_view path :
       {"/", "/favicon.ico", "/callback/", "/Callback", "/callbac%6B", "//callback", "/callback/../callback",
        "callback", "/callback;x", "/callback#", "http://127.0.0.1:4711/callback", "*", "", "/done"})
    expect_refused(judge, get(std::string(path) + "?code=c0de&state=s3cret-state"), 404, "it asks for another page");
  expect_still_open(judge);
}

TEST(RedirectJudge, AnEmptyPathIsTheRoot) {
  redirect_judge::expectation expected = expecting();
  expected.path = "";
  redirect_judge judge(std::move(expected));
  EXPECT_EQ(judge.judge(get("/?code=c&state=s3cret-state")).status, 303U);
}

TEST(RedirectJudge, L10_OnlyGet) {
  redirect_judge judge(expecting());
  for (const std::string_view method :
       {"POST", "PUT", "DELETE", "OPTIONS", "CONNECT", "TRACE", "BREW", "get", "GET ", ""}) {
    redirect_request request = right_redirect();
    request.method = method;
    const redirect_answer answer = judge.judge(request);
    EXPECT_EQ(answer.status, 405U) << method;
    EXPECT_EQ(answer.allow, "GET");
    EXPECT_THAT(answer.page, HasSubstr(waiting));
    EXPECT_EQ(judge.last_refusal(), "its method is not GET");
  }
  redirect_request request = right_redirect();
  request.method = "HEAD";
  const redirect_answer answer = judge.judge(request);
  EXPECT_EQ(answer.status, 405U);
  EXPECT_EQ(answer.allow, "GET");
  EXPECT_EQ(answer.page, "");
  EXPECT_EQ(judge.refusals(), 11);
  expect_still_open(judge);
}

TEST(RedirectJudge, L11_AnotherHostNameIsRefused) {
  redirect_judge judge(expecting());
  for (const std::string_view name : {"evil.example:4711", "localhost:4711", "127.0.0.1", "127.0.0.1:4712",
                                      "127.0.0.1:47110", "127.0.0.1:4711.", "127.0.0.1:4711:80x", "[::1]:4711", ""}) {
    redirect_request request = right_redirect();
    request.headers = {{"host", std::string(name)}};
    expect_refused(judge, request, 403, "it was sent to another host name");
  }
  expect_still_open(judge);
}

TEST(RedirectJudge, L12_ExactlyOneHost) {
  redirect_judge judge(expecting());
  redirect_request request = right_redirect();
  request.headers = {{"X-Host", std::string(host)}};
  expect_refused(judge, request, 400, "it has no Host header");
  request.headers = {{"Host", std::string(host)}, {"hOST", std::string(host)}};
  expect_refused(judge, request, 400, "it has more than one Host header");
  request.headers = {{"Host", std::string(host)}, {"HOST", "evil.example"}};
  expect_refused(judge, request, 400, "it has more than one Host header");
  expect_still_open(judge);
}

TEST(RedirectJudge, APortOf80MayBeLeftOutAsBrowsersDo) {
  for (const std::string_view name : {"127.0.0.1", "127.0.0.1:80"}) {
    redirect_judge::expectation expected = expecting();
    expected.host_header = "127.0.0.1:80";
    redirect_judge judge(std::move(expected));
    redirect_request request = right_redirect();
    request.headers = {{"Host", std::string(name)}};
    EXPECT_EQ(judge.judge(request).status, 303U) << name;
  }
}

TEST(RedirectJudge, L17_ABodyIsRefused) {
  redirect_judge judge(expecting());
  redirect_request request = right_redirect();
  request.has_body = true;
  expect_refused(judge, request, 400, "it has a body");
  expect_still_open(judge);
}

TEST(RedirectJudge, L31_GuessesEndTheLoginAfterABoundedNumber) {
  redirect_judge judge(expecting());
  for (int i = 1; i < limits::redirect_refusals; ++i)
    expect_refused(judge, get("/callback?code=c&state=" + std::to_string(i)), 400,
                   "its state is not that of this login");
  const redirect_answer last = judge.judge(get("/favicon.ico"));
  EXPECT_EQ(last.status, 404U);
  EXPECT_THAT(last.page, HasSubstr("This login is over"));
  ASSERT_TRUE(judge.outcome() && judge.outcome()->has_error());
  EXPECT_EQ(judge.outcome()->error().code, errc::login_failed);
  EXPECT_THAT(judge.outcome()->error().message, HasSubstr("was stopped after 100 requests"));
  for (int i = 0; i < 10'000; ++i) EXPECT_EQ(judge.judge(get("/callback?code=c&state=x")).status, 410U);
  EXPECT_EQ(judge.judge(right_redirect()).status, 410U);
  EXPECT_TRUE(judge.outcome()->has_error());
}

TEST(RedirectJudge, ForeignRequestsForOtherPagesAreRefusedAndCounted) {
  redirect_judge judge(expecting());
  EXPECT_FALSE(judge.refuse_foreign(get("/done")));
  redirect_request rebound = get("/done");
  rebound.headers = {{"Host", "evil.example"}};
  const auto refused = judge.refuse_foreign(rebound);
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->status, 403U);
  redirect_request post = get("/done");
  post.method = "POST";
  EXPECT_EQ(judge.refuse_foreign(post)->allow, "GET");
  EXPECT_EQ(judge.refusals(), 2);
}

TEST(RedirectJudge, AnEmptyExpectedStateMatchesNothing) {
  redirect_judge::expectation expected = expecting();
  expected.state = secret();
  redirect_judge judge(std::move(expected));
  expect_refused(judge, get("/callback?code=c&state="), 400, "it has no state");
  expect_refused(judge, get("/callback?code=c"), 400, "it has no state");
}

}  // namespace
}  // namespace latchkey
