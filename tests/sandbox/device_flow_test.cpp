// The device flow (RFC 8628) through sandbox_api, as a device and a person see it.
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "tests/sandbox/sandbox_api.h"

namespace latchkey::sandbox {
namespace {

using nlohmann::json;

constexpr auto form_type = "application/x-www-form-urlencoded";
constexpr auto demo_basic = "Basic ZGVtby1jbGllbnQ6";       // demo-client:
constexpr auto other_basic = "Basic b3RoZXItY2xpZW50OnM=";  // other-client:s

settings two_clients() {
  settings rules;
  rules.clients.push_back({"demo-client", "Demo <app>", std::nullopt});
  rules.clients.push_back({"other-client", "Other app", secret("s")});
  return rules;
}

class DeviceFlow : public testing::Test {
 protected:
  explicit DeviceFlow(const api_settings& chosen = {})
      : state(two_clients(), [this] { return "token-" + std::to_string(++made_); }), api(state, chosen) {
    api.serve_at("http://127.0.0.1:1");
  }

  response get(const std::string& path, const std::string& query = {}) {
    return api.answer({"GET", path, query, {}, {}, {}}, now);
  }
  response order(const std::string& path, const std::string& query) {
    return api.answer({"POST", path, query, {}, {}, {}}, now);
  }
  response post(const std::string& path, const std::string& body, const std::string& authorization = demo_basic) {
    return api.answer({"POST", path, {}, authorization, form_type, body}, now);
  }
  response begin(const std::string& body = "scope=account.info:basic") { return post("/oauth/device/code", body); }
  response poll(const json& codes, const std::string& authorization = demo_basic) {
    now += seconds(10);
    const std::string body = "grant_type=urn:ietf:params:oauth:grant-type:device_code&device_code=";
    return post("/oauth/token", body + codes["device_code"].get<std::string>(), authorization);
  }
  static std::string error_of(const response& answer) { return json::parse(answer.body).value("error", ""); }
  response page_of(const json& codes) {
    const std::string complete = codes["verification_uri_complete"];
    return get("/oauth/device", complete.substr(complete.find('?') + 1));
  }
  static std::string question_of(const response& page) {
    const std::string mark = "name=\"consent_id\" value=\"";
    const std::size_t start = page.body.find(mark) + mark.size();
    return page.body.substr(start, page.body.find('"', start) - start);
  }
  response answer(const response& page, const std::string& decision) {
    return post("/oauth/device/consent", "consent_id=" + question_of(page) + "&decision=" + decision, {});
  }

  int made_ = 0;
  sandbox_state state;
  sandbox_api api;
  moment now = moment{} + std::chrono::hours(1);
};

class NoDeviceFlow : public DeviceFlow {
 protected:
  NoDeviceFlow() : DeviceFlow({.mode = consent_mode::ask, .device = device_endpoints::absent}) {}
};

TEST_F(DeviceFlow, TheDeviceGetsItsCodesAndThePersonsAddress) {
  const response answer = begin();
  EXPECT_EQ(answer.status, 200U);
  const json codes = json::parse(answer.body);
  EXPECT_EQ(codes["verification_uri"], "http://127.0.0.1:1/oauth/device");
  EXPECT_EQ(codes["verification_uri_complete"],
            "http://127.0.0.1:1/oauth/device?user_code=" + codes["user_code"].get<std::string>());
  EXPECT_EQ(codes["expires_in"], 600);
  EXPECT_EQ(codes["interval"], 5);
  EXPECT_EQ(std::ranges::count(answer.headers, std::pair<std::string, std::string>("Cache-Control", "no-store")), 1);
}

TEST_F(DeviceFlow, TheDeviceEndpointNamesTheMistake) {
  EXPECT_EQ(post("/oauth/device/code", "scope=account.info:basic", {}).status, 401U);
  EXPECT_EQ(error_of(begin("scope=everything")), "invalid_scope");
  EXPECT_EQ(error_of(begin("client_id=other-client")), "invalid_request");
  EXPECT_EQ(error_of(begin("scope=a&scope=b")), "invalid_request");
  EXPECT_EQ(begin("client_id=demo-client").status, 200U);
  EXPECT_EQ(get("/oauth/device/code").status, 405U);
  EXPECT_EQ(state.count.device_requests, 5U) << "each one that was posted";
}

TEST_F(DeviceFlow, ThePageNamesAppCodeAndScopesAndAnswersOnce) {
  const json codes = json::parse(begin().body);
  const response page = page_of(codes);
  EXPECT_EQ(page.status, 200U);
  EXPECT_NE(page.body.find("Demo &lt;app&gt; asks"), std::string::npos);
  EXPECT_NE(page.body.find(codes["user_code"].get<std::string>()), std::string::npos);
  EXPECT_NE(page.body.find("<code>account.info:basic</code>"), std::string::npos);
  EXPECT_EQ(page.body.find("<script"), std::string::npos);
  EXPECT_EQ(answer(page, "perhaps").status, 400U);
  EXPECT_EQ(answer(page, "allow").status, 200U);
  EXPECT_EQ(answer(page, "deny").status, 400U);
  EXPECT_EQ(page_of(codes).status, 400U);
  EXPECT_EQ(poll(codes).status, 200U);
}

TEST_F(DeviceFlow, ThePageTakesNoAnswerToAQuestionThatItDidNotAsk) {
  const json codes = json::parse(begin().body);
  const std::string user_code = codes["user_code"];
  for (const std::string& forged : {std::string("decision=allow"), "user_code=" + user_code + "&decision=allow",
                                    "consent_id=" + user_code + "&decision=allow"}) {
    EXPECT_EQ(post("/oauth/device/consent", forged, {}).status, 400U) << forged;
  }
  EXPECT_EQ(error_of(poll(codes)), "authorization_pending");
}

TEST_F(DeviceFlow, ThePageAsksForACodeAndSaysWhenItIsWrong) {
  EXPECT_NE(get("/oauth/device").body.find("name=\"user_code\""), std::string::npos);
  const response wrong = get("/oauth/device", "user_code=%3Cscript%3E");
  EXPECT_EQ(wrong.status, 400U);
  EXPECT_NE(wrong.body.find("name=\"user_code\""), std::string::npos);
  EXPECT_EQ(wrong.body.find("<script"), std::string::npos);
  EXPECT_EQ(get("/oauth/device", "user_code=a&user_code=b").status, 400U);
}

TEST_F(DeviceFlow, PollsAreAnsweredByWhatThePersonSaid) {
  const json allowed = json::parse(begin().body);
  EXPECT_EQ(error_of(poll(allowed)), "authorization_pending");
  EXPECT_EQ(error_of(poll(allowed, other_basic)), "invalid_grant");
  answer(page_of(allowed), "allow");
  const json tokens = json::parse(poll(allowed).body);
  EXPECT_EQ(tokens["token_type"], "bearer");
  EXPECT_EQ(*state.scopes_of(tokens["access_token"], now), scope_list{"account.info:basic"});
  EXPECT_EQ(error_of(poll(allowed)), "invalid_grant");
  EXPECT_EQ(post("/oauth/token", "grant_type=refresh_token&refresh_token=" + tokens["refresh_token"].get<std::string>())
                .status,
            200U);

  const json denied = json::parse(begin().body);
  answer(page_of(denied), "deny");
  EXPECT_EQ(error_of(poll(denied)), "access_denied");

  const json late = json::parse(begin().body);
  now += seconds(600);
  EXPECT_EQ(error_of(poll(late)), "expired_token");
  EXPECT_EQ(error_of(post("/oauth/token", "grant_type=urn:ietf:params:oauth:grant-type:device_code")),
            "invalid_request");
  EXPECT_EQ(state.count.device_polls, 7U);
  EXPECT_EQ(state.count.device_logins, 1U);
  EXPECT_EQ(state.count.token_requests, 8U);
  EXPECT_EQ(api.rotations().answers().front().kind, answer_kind::login);
}

TEST_F(DeviceFlow, CountsThePollsThatCameTooFast) {
  const json codes = json::parse(begin().body);
  EXPECT_EQ(error_of(poll(codes)), "authorization_pending");
  now -= seconds(6);
  EXPECT_EQ(error_of(poll(codes)), "slow_down");
  EXPECT_EQ(order("/sandbox/slow-down-next", "count=2").status, 200U);
  EXPECT_EQ(error_of(poll(codes)), "slow_down");
  EXPECT_EQ(error_of(poll(codes)), "slow_down");
  now += seconds(10);
  EXPECT_EQ(error_of(poll(codes)), "authorization_pending");
  EXPECT_EQ(state.count.device_slow_downs, 3U);
  EXPECT_EQ(order("/sandbox/slow-down-next", "count=x").status, 400U);
}

TEST_F(DeviceFlow, FailsTheEndpointThatWasOrdered) {
  EXPECT_EQ(order("/sandbox/fail-next", "status=503&endpoint=device").status, 200U);
  EXPECT_EQ(order("/sandbox/fail-next", "status=reset&count=2").status, 200U);
  EXPECT_EQ(begin().status, 503U);
  const json codes = json::parse(begin().body);
  EXPECT_EQ(poll(codes).how, delivery::reset);
  EXPECT_EQ(poll(codes).how, delivery::reset);
  EXPECT_EQ(error_of(poll(codes)), "authorization_pending");
  EXPECT_EQ(state.count.device_polls, 3U);
  EXPECT_EQ(order("/sandbox/fail-next", "status=503&endpoint=revoke").status, 400U);
}

TEST_F(NoDeviceFlow, HasNoAddressOfIt) {
  EXPECT_EQ(begin().status, 404U);
  EXPECT_EQ(get("/oauth/device").status, 404U);
  EXPECT_EQ(post("/oauth/device/consent", "decision=allow").status, 404U);
}

}  // namespace
}  // namespace latchkey::sandbox
