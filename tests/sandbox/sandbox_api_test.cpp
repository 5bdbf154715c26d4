#include "tests/sandbox/sandbox_api.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace latchkey::sandbox {
namespace {

using nlohmann::json;

constexpr auto form_type = "application/x-www-form-urlencoded";
constexpr auto demo_basic = "Basic ZGVtby1jbGllbnQ6";
constexpr auto asked = "client_id=demo-client&redirect_uri=http%3A%2F%2F127.0.0.1%3A1%2Fcb&response_type=code";

settings demo_settings() {
  settings rules;
  rules.clients.push_back({"demo-client", "Demo <app> & \"co\"", std::nullopt});
  return rules;
}

class SandboxApi : public testing::Test {
 protected:
  explicit SandboxApi(consent_mode mode = consent_mode::ask)
      : state(demo_settings(), [this] { return "token-" + std::to_string(++made_); }), api(state, {.mode = mode}) {}

  static std::string header(const response& from, std::string_view name) {
    const auto found = std::ranges::find(from.headers, name, &std::pair<std::string, std::string>::first);
    return found == from.headers.end() ? std::string() : found->second;
  }
  response get(const std::string& path, const std::string& query = {}, const std::string& authorization = {}) {
    return api.answer({"GET", path, query, authorization, {}, {}}, now);
  }
  response post(const std::string& path, const std::string& query = {}) {
    return api.answer({"POST", path, query, {}, {}, {}}, now);
  }
  response token(const std::string& body, const std::string& authorization = demo_basic) {
    return api.answer({"POST", "/oauth/token", {}, authorization, form_type, body}, now);
  }

  int made_ = 0;
  sandbox_state state;
  sandbox_api api;
  moment now = moment{} + std::chrono::hours(1);
};

class AllowingApi : public SandboxApi {
 protected:
  AllowingApi() : SandboxApi(consent_mode::allow_all) {}
  // The Authorization header of an access token for `scope`.
  std::string bearer(const std::string& scope) {
    const std::string location = header(get("/oauth/authorize", asked + ("&scope=" + scope)), "Location");
    const std::string query = location.substr(location.find('?') + 1);
    const response answer =
        token("grant_type=authorization_code&redirect_uri=http%3A%2F%2F127.0.0.1%3A1%2Fcb&" + query);
    return "Bearer " + json::parse(answer.body)["access_token"].get<std::string>();
  }
};

TEST_F(SandboxApi, TheConsentPageEscapesTheAppsName) {
  const response page = get("/oauth/authorize", asked);
  EXPECT_NE(page.body.find("Demo &lt;app&gt; &amp; &quot;co&quot; asks"), std::string::npos);
  EXPECT_EQ(page.body.find("<app>"), std::string::npos);
}

TEST_F(SandboxApi, TheConsentPageMarksWhatMovesMoney) {
  const std::string reading = get("/oauth/authorize", asked + std::string("&scope=account.info:basic")).body;
  EXPECT_EQ(reading.find("moves money"), std::string::npos);
  EXPECT_EQ(reading.find("Withdraw funds"), std::string::npos);
  EXPECT_NE(reading.find("Email and public account identifier"), std::string::npos);
  const std::string moving =
      get("/oauth/authorize", asked + std::string("&scope=account.fast-api-key:funds-withdraw")).body;
  EXPECT_NE(moving.find("Withdraw funds<code>account.fast-api-key:funds-withdraw</code></span>"
                        "<span class=\"tag\">moves money"),
            std::string::npos);
  EXPECT_NE(moving.find("could move your money"), std::string::npos);
}

TEST_F(SandboxApi, AuthorizeHasAddressesPerLanguage) {
  EXPECT_EQ(get("/pt-br/oauth/authorize", asked).status, 200U);
  EXPECT_EQ(get("/xx/oauth/authorize", asked).status, 404U);
  EXPECT_EQ(get("//oauth/authorize", asked).status, 404U);
}

TEST_F(SandboxApi, AuthorizeRefusesAParameterGivenTwice) {
  EXPECT_EQ(get("/oauth/authorize", asked + std::string("&state=a&state=b")).status, 400U);
  EXPECT_EQ(get("/oauth/authorize", "client_id=%zz").status, 400U);
}

TEST_F(SandboxApi, TheTokenEndpointAlwaysWantsBasic) {
  for (const auto* authorization :
       {"", "Basic", "Basic !!!!", "Basic bm8tY29sb24=", "Bearer ZGVtby1jbGllbnQ6", "Basic ZGVtby1jbGllbnQ6eA=="}) {
    const response answer = token("grant_type=refresh_token&client_id=demo-client&refresh_token=x", authorization);
    EXPECT_EQ(answer.status, 401U) << authorization;
    EXPECT_TRUE(header(answer, "WWW-Authenticate").starts_with("Basic ")) << authorization;
    EXPECT_EQ(json::parse(answer.body)["error"], "invalid_client");
  }
}

TEST_F(SandboxApi, TheTokenEndpointTakesOnlyForms) {
  const response answer = api.answer({"POST", "/oauth/token", {}, demo_basic, "application/json", "{}"}, now);
  EXPECT_EQ(json::parse(answer.body)["error"], "invalid_request");
  EXPECT_EQ(json::parse(token("grant_type=a&grant_type=b").body)["error"], "invalid_request");
}

TEST_F(SandboxApi, FailsAsOftenAsOrdered) {
  EXPECT_EQ(post("/sandbox/fail-next", "status=503&retry_after=2&count=2").status, 200U);
  for (int number = 0; number < 2; ++number) {
    const response failed = token("grant_type=refresh_token&refresh_token=x");
    EXPECT_EQ(failed.status, 503U);
    EXPECT_EQ(header(failed, "Retry-After"), "2");
  }
  EXPECT_EQ(token("grant_type=refresh_token&refresh_token=x").status, 400U);
  EXPECT_EQ(state.count.token_requests, 3U);
  for (const auto* wrong : {"", "status=200", "status=999", "status=x", "status=503&count=x"}) {
    EXPECT_EQ(post("/sandbox/fail-next", wrong).status, 400U) << wrong;
  }
}

TEST_F(SandboxApi, DelaysOnlyTheTokenEndpointUntilToldOtherwise) {
  EXPECT_EQ(post("/sandbox/delay-token", "ms=500").status, 200U);
  EXPECT_EQ(token("x=y").delay, std::chrono::milliseconds(500));
  EXPECT_EQ(get("/sandbox/counters").delay.count(), 0);
  EXPECT_EQ(post("/sandbox/delay-token", "ms=0").status, 200U);
  EXPECT_EQ(token("x=y").delay.count(), 0);
  EXPECT_EQ(post("/sandbox/delay-token", "ms=60001").status, 400U);
}

TEST_F(AllowingApi, TheResourcesWantTheirScope) {
  const std::string identity = bearer("account.info:basic");
  const response refused = get("/0/balance", {}, identity);
  EXPECT_EQ(refused.status, 403U);
  EXPECT_NE(header(refused, "WWW-Authenticate").find("insufficient_scope"), std::string::npos);
  const std::string balance = bearer("account.fast-api-key:funds-query");
  EXPECT_EQ(get("/0/balance", {}, balance).status, 200U);
  EXPECT_EQ(get("/oauth/userinfo", {}, balance).status, 403U);
}

TEST_F(AllowingApi, UserinfoTellsWhatTheScopesAllow) {
  const json basic = json::parse(get("/oauth/userinfo", {}, bearer("account.info:basic")).body);
  EXPECT_TRUE(basic.contains("email") && !basic.contains("first_name") && !basic.contains("location"));
  const json named = json::parse(get("/oauth/userinfo", {}, bearer("account.info:basic+account.info:name")).body);
  EXPECT_TRUE(named.contains("first_name"));
}

TEST_F(AllowingApi, NoTokenIsChallengedWithoutAnError) {
  const response answer = get("/oauth/userinfo");
  EXPECT_EQ(answer.status, 401U);
  EXPECT_EQ(header(answer, "WWW-Authenticate").find("error="), std::string::npos) << "RFC 6750 §3.1";
}

TEST_F(AllowingApi, ExpiredTokensAreInvalid) {
  const std::string token_header = bearer("account.fast-api-key:funds-query");
  EXPECT_EQ(post("/sandbox/expire-access-tokens").status, 200U);
  const response dead = get("/0/balance", {}, token_header);
  EXPECT_EQ(dead.status, 401U);
  EXPECT_NE(header(dead, "WWW-Authenticate").find("error=\"invalid_token\""), std::string::npos);
  EXPECT_EQ(state.count.balance_401, 1U);
}

}  // namespace
}  // namespace latchkey::sandbox
