// /0/private/…: signed calls, by this side's signature and by core's, and calls with an access token.
#include "core/exchange_call.h"

#include "tests/sandbox/sandbox_api_fixture.h"

namespace latchkey::sandbox {
namespace {

constexpr auto reading_orders = "account.fast-api-key:trades-query-open";

class ExchangeCall : public AllowingApi {
 protected:
  // A key with one permission, as the provider told it.
  json make_key(const std::string& name, const std::string& permission, std::int64_t valid_until = 0) {
    const json body = {{"api_key_name", name}, {"permissions", {{permission, true}}}, {"valid_until", valid_until}};
    const std::string authorization =
        bearer("account.fast-api-key:write+account.fast-api-key:funds-query+" + std::string(reading_orders));
    const response made =
        api.answer({"POST", "/oauth/fast-api-key", {}, authorization, "application/json", body.dump()}, now);
    return json::parse(made.body)["result"];
  }
  json send(const request& asked) {
    const response answer = api.answer(asked, now);
    EXPECT_EQ(answer.status, 200U);
    return json::parse(answer.body);
  }
  static request signed_request(const json& key, const std::string& name, const std::string& nonce) {
    request asked{"POST", "/0/private/" + name, {}, {}, form_type, "nonce=" + nonce};
    asked.api_key = key["api_key"];
    asked.api_sign = *exchange_signature(key["secret"].get<std::string>(), {asked.path, nonce, asked.body});
    return asked;
  }
  std::string error_of(const request& asked) {
    const json errors = send(asked)["error"];
    return errors.empty() ? std::string() : errors.at(0).get<std::string>();
  }
  response with_token(const std::string& name, const std::string& authorization) {
    return api.answer({"POST", "/0/private/" + name, {}, authorization, {}, {}}, now);
  }
};

TEST_F(ExchangeCall, ASignedCallShowsWhatTheKeyMaySee) {
  const json key = make_key("bot", "funds_query");
  const json answer = send(signed_request(key, "Balance", "1"));
  EXPECT_EQ(answer["error"], json::array());
  EXPECT_EQ(answer["result"]["XXBT"], "0.4210000000");
  EXPECT_EQ(error_of(signed_request(key, "OpenOrders", "2")), "EGeneral:Permission denied");
  EXPECT_EQ(error_of(signed_request(make_key("trader", "trades_query_open"), "OpenOrders", "1")), "");
  EXPECT_EQ(state.count.signed_ok, 2U);
  EXPECT_EQ(state.count.signed_refused, 1U);
}

TEST_F(ExchangeCall, OpenOrdersHaveTheDocumentedShape) {
  const json open = send(signed_request(make_key("trader", "trades_query_open"), "OpenOrders", "1"))["result"]["open"];
  EXPECT_EQ(open.size(), 3U);
  for (const auto& [id, order] : open.items()) {
    EXPECT_EQ(order["status"], "open") << id;
    for (const auto* amount : {"vol", "vol_exec", "cost", "fee", "price"}) EXPECT_TRUE(order[amount].is_string()) << id;
    for (const auto* word : {"pair", "type", "ordertype", "price", "order"})
      EXPECT_TRUE(order["descr"][word].is_string()) << id;
    EXPECT_TRUE(order["opentm"].is_number()) << id;
  }
}

TEST_F(ExchangeCall, SaysWhatIsWrongWithASignedCall) {
  const json key = make_key("bot", "funds_query");
  EXPECT_EQ(error_of(signed_request(key, "Balance", "10")), "");
  EXPECT_EQ(error_of(signed_request(key, "Balance", "10")), "EAPI:Invalid nonce");
  EXPECT_EQ(error_of(signed_request(key, "Balance", "")), "EAPI:Invalid nonce");
  EXPECT_EQ(error_of(signed_request(key, "Withdraw", "11")), "EGeneral:Unknown method");
  request changed = signed_request(key, "Balance", "12");
  changed.body += "&more=1";
  EXPECT_EQ(error_of(changed), "EAPI:Invalid signature");
  request moved = signed_request(key, "OpenOrders", "13");
  moved.path = "/0/private/Balance";
  EXPECT_EQ(error_of(moved), "EAPI:Invalid signature");
  request nameless = signed_request(key, "Balance", "14");
  nameless.api_key.clear();
  EXPECT_EQ(error_of(nameless), "EAPI:Invalid key");
  request formless = signed_request(key, "Balance", "15");
  formless.content_type = "application/json";
  EXPECT_EQ(error_of(formless), "EGeneral:Invalid arguments:body");
}

TEST_F(ExchangeCall, AKeyPastItsTimeIsInvalid) {
  const json key = make_key("brief", "funds_query", 3600 + 10);
  EXPECT_EQ(error_of(signed_request(key, "Balance", "1")), "");
  now += seconds(10);
  EXPECT_EQ(error_of(signed_request(key, "Balance", "2")), "EAPI:Invalid key");
}

TEST_F(ExchangeCall, AnAccessTokenServesByItsScopes) {
  const std::string funds = bearer("account.fast-api-key:funds-query");
  const std::string orders = bearer(reading_orders);
  EXPECT_EQ(json::parse(with_token("Balance", funds).body), json::parse(get("/0/balance", {}, funds).body));
  EXPECT_EQ(json::parse(with_token("OpenOrders", orders).body)["result"]["open"].size(), 3U);
  for (const response& refused : {with_token("OpenOrders", funds), with_token("Balance", orders)}) {
    EXPECT_EQ(refused.status, 403U);
    EXPECT_EQ(json::parse(refused.body)["error"].at(0), "EGeneral:Permission denied");
  }
  EXPECT_EQ(json::parse(with_token("Withdraw", funds).body)["error"].at(0), "EGeneral:Unknown method");
  EXPECT_EQ(state.count.balance_ok, 2U);
  EXPECT_EQ(state.count.open_orders_ok, 1U);
}

TEST_F(ExchangeCall, ADeadAccessTokenIs401) {
  const std::string token_header = bearer(std::string("account.fast-api-key:funds-query+") + reading_orders);
  post("/sandbox/expire-access-tokens");
  for (const auto* name : {"Balance", "OpenOrders"}) {
    const response dead = with_token(name, token_header);
    EXPECT_EQ(dead.status, 401U) << name;
    EXPECT_NE(header(dead, "WWW-Authenticate").find("error=\"invalid_token\""), std::string::npos) << name;
  }
  EXPECT_EQ(state.count.balance_401, 1U);
  EXPECT_EQ(state.count.open_orders_401, 1U);
}

TEST_F(ExchangeCall, CoreSignsAsThisSideChecks) {
  const json made = make_key("bot", "funds_query");
  fast_api_key key;
  key.api_key = made["api_key"];
  key.key_secret = secret(made["secret"].get<std::string>());
  const auto call = exchange_call("http://sandbox", key, "Balance", 1616492376594, {{"asset", "X & Y+ü"}});
  ASSERT_TRUE(call) << call.error().message;
  request asked{"POST", "/0/private/Balance", {}, {}, form_type, std::string(call->body.reveal())};
  asked.api_key = find_header(call->headers, "API-Key").value_or("");
  asked.api_sign = find_header(call->headers, "API-Sign").value_or("");
  http_response answer;
  answer.status = 200;
  answer.body = secret(api.answer(asked, now).body);
  const auto result = parse_exchange_answer(answer);
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(json::parse(*result)["ZUSD"], "1523.0700");
}

}  // namespace
}  // namespace latchkey::sandbox
