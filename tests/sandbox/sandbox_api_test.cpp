#include "tests/sandbox/sandbox_api_fixture.h"

namespace latchkey::sandbox {
namespace {

TEST_F(SandboxApi, TheConsentPageEscapesTheAppsName) {
  const response page = get("/oauth/authorize", login_query);
  EXPECT_NE(page.body.find("Demo &lt;app&gt; &amp; &quot;co&quot; asks"), std::string::npos);
  EXPECT_EQ(page.body.find("<app>"), std::string::npos);
}

TEST_F(SandboxApi, TheConsentPageMarksWhatMovesMoney) {
  const std::string reading = get("/oauth/authorize", login_query + std::string("&scope=account.info:basic")).body;
  EXPECT_EQ(reading.find("moves money"), std::string::npos);
  EXPECT_EQ(reading.find("Withdraw funds"), std::string::npos);
  EXPECT_NE(reading.find("Email and public account identifier"), std::string::npos);
  const std::string moving =
      get("/oauth/authorize", login_query + std::string("&scope=account.fast-api-key:funds-withdraw")).body;
  EXPECT_NE(moving.find("Withdraw funds<code>account.fast-api-key:funds-withdraw</code></span>"
                        "<span class=\"tag\">moves money"),
            std::string::npos);
  EXPECT_NE(moving.find("could move your money"), std::string::npos);
}

TEST_F(SandboxApi, AuthorizeHasAddressesPerLanguage) {
  EXPECT_EQ(get("/pt-br/oauth/authorize", login_query).status, 200U);
  EXPECT_EQ(get("/xx/oauth/authorize", login_query).status, 404U);
  EXPECT_EQ(get("//oauth/authorize", login_query).status, 404U);
}

TEST_F(SandboxApi, AuthorizeRefusesAParameterGivenTwice) {
  EXPECT_EQ(get("/oauth/authorize", login_query + std::string("&state=a&state=b")).status, 400U);
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
  EXPECT_EQ(basic, json::parse(R"({"email": "demo@example.com", "iiban": "AA00 N84G DEMO 2345"})"));
  const json named = json::parse(get("/oauth/userinfo", {}, bearer("account.info:name")).body);
  EXPECT_EQ(named, json::parse(R"({"first_name": "Robin"})"));
  const json placed =
      json::parse(get("/oauth/userinfo", {}, bearer("account.info:location+account.info:kraken-verified")).body);
  EXPECT_EQ(placed, json::parse(R"({"country": "IS", "subdivision": "IS-1", "kraken_verified": true})"));
}

TEST_F(AllowingApi, UserinfoIsDeniedWithoutAScopeOfItAndToADeadToken) {
  const std::string other = bearer("account.fast-api-key:read");
  const response denied = get("/oauth/userinfo", {}, other);
  EXPECT_EQ(denied.status, 403U);
  EXPECT_EQ(json::parse(denied.body), json::parse(R"({"error": ["EGeneral:Permission denied"]})"));
  EXPECT_EQ(get("/oauth/userinfo", {}, "Bearer nonsense").status, 401U);
}

TEST_F(SandboxApi, TheConsentPageTakesEachOfTheEighteenScopesAndAllOfThem) {
  EXPECT_EQ(scope_table().size(), 18U);
  const std::string all = get("/oauth/authorize", login_query).body;
  for (const scope_row& row : scope_table()) {
    const std::string shown = "<code>" + std::string(row.name) + "</code>";
    const response page = get("/oauth/authorize", login_query + ("&scope=" + std::string(row.name)));
    EXPECT_EQ(page.status, 200U) << row.name;
    EXPECT_NE(page.body.find(shown), std::string::npos) << row.name;
    EXPECT_NE(page.body.find(row.description), std::string::npos) << row.name;
    EXPECT_NE(all.find(shown), std::string::npos) << row.name;
  }
}

TEST_F(SandboxApi, AnAddressNamesTheMethodsThatItHas) {
  const response refused = api.answer({"PATCH", "/oauth/fast-api-key", {}, {}, {}, {}}, now);
  EXPECT_EQ(refused.status, 405U);
  EXPECT_EQ(header(refused, "Allow"), "GET, POST, PUT, DELETE");
  EXPECT_EQ(header(get("/0/private/Balance"), "Allow"), "POST");
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
