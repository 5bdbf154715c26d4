#include "core/exchange_call.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace latchkey {
namespace {

using testing::HasSubstr;

constexpr std::string_view published_secret =
    "kQH5HW/8p1uGOVjbgWA7FunAmGO8lsSUXNsu3eow76sz84Q18fWxnyRzBHCd3pd5nE9qa99HAZtuZuj6F1huXg==";

http_response answered(std::string_view body, unsigned status = 200) {
  http_response response;
  response.status = status;
  response.body = secret(body);
  return response;
}

fast_api_key published_key() {
  fast_api_key key;
  key.api_key = "public-half";
  key.key_secret = secret(published_secret);
  return key;
}

TEST(ExchangeCall, SignsAsThePublishedExampleDoes) {
  const std::string_view data = "nonce=1616492376594&ordertype=limit&pair=XBTUSD&price=37500&type=buy&volume=1.25";
  EXPECT_EQ(sign_exchange_call(secret(published_secret), "/0/private/AddOrder", "1616492376594", data).value(),
            secret("4/dpxb3iT4tp/ZCVEwSnEsLxx0bqyhLpdfOpc6fn7OR8+UClSV5n9E6aSS8MPtnRfp32bAb0nmbRn6H8ndwLUQ=="));
}

TEST(ExchangeCall, CarriesKeySignatureNonceAndFields) {
  const auto request = exchange_call(
      "https://api.example", published_key(), "AddOrder", 1616492376594,
      {{"ordertype", "limit"}, {"pair", "XBTUSD"}, {"price", "37500"}, {"type", "buy"}, {"volume", "1.25"}});
  ASSERT_TRUE(request);
  EXPECT_EQ(request->method, "POST");
  EXPECT_EQ(request->url, "https://api.example/0/private/AddOrder");
  EXPECT_EQ(find_header(request->headers, "API-Key"), "public-half");
  EXPECT_EQ(find_header(request->headers, "API-Sign"),
            "4/dpxb3iT4tp/ZCVEwSnEsLxx0bqyhLpdfOpc6fn7OR8+UClSV5n9E6aSS8MPtnRfp32bAb0nmbRn6H8ndwLUQ==");
  EXPECT_TRUE(request->authorization.empty());
  const auto encoded = exchange_call("https://api.example", published_key(), "Ledgers", 7, {{"a b", "c&d"}});
  EXPECT_EQ(encoded->body, secret("nonce=7&a+b=c%26d"));
}

TEST(ExchangeCall, RefusesWhatIsNoCall) {
  for (const char* name : {"", "../oauth", "Balance?x=1", "Bal ance", "Bal/ance"})
    EXPECT_EQ(exchange_call("https://api.example", published_key(), name, 1, {}).error().code, errc::bad_request)
        << name;
  EXPECT_THAT(exchange_call("https://api.example", published_key(), "Balance", 1, {{"nonce", "2"}}).error().message,
              HasSubstr("nonce"));
  fast_api_key broken = published_key();
  broken.key_secret = secret("not base64!");
  EXPECT_EQ(exchange_call("https://api.example", broken, "Balance", 1, {}).error().code, errc::bad_request);
}

TEST(ExchangeCall, AnAnswerIsItsResultAndItsErrorsAreSaid) {
  EXPECT_EQ(parse_exchange_answer(answered(R"({"error":[],"result":{"XXBT":"1.5"}})")).value(), R"({"XXBT":"1.5"})");
  EXPECT_EQ(parse_exchange_answer(answered(R"({"error":["WOrder:just a warning"],"result":true})")).value(), "true");
  EXPECT_EQ(parse_exchange_answer(answered(R"({"error":[]})")).value(), "null");
  EXPECT_EQ(parse_exchange_answer(answered(R"({"result":"Zo\u00eb \u009b \u202e \u001b \ud83d\ude00"})")).value(),
            R"("Zo\u00eb \u009b \u202e \u001b \ud83d\ude00")");
  struct row {
    std::string_view body;
    unsigned status;
    errc code;
  };
  const row rows[] = {
      {R"({"error":["EGeneral:Permission denied"]})", 200, errc::access_denied},
      {R"({"error":["EGeneral:Invalid arguments:nonce"]})", 200, errc::bad_request},
      {R"({"error":["EGeneral:Temporary lockout"]})", 200, errc::temporarily_unavailable},
      {R"({"error":["EAPI:Invalid nonce"]})", 200, errc::access_denied},
      {R"({"error":["EAPI:Rate limit exceeded"]})", 200, errc::temporarily_unavailable},
      {R"({"error":["EService:Unavailable"]})", 200, errc::temporarily_unavailable},
      {R"({"error":["EOrder:Insufficient funds"]})", 200, errc::provider_error},
      {R"({"error":"invalid_token"})", 401, errc::access_denied},
      {"", 401, errc::access_denied},
      {"<html>", 503, errc::temporarily_unavailable},
      {"", 404, errc::provider_error},
      {"nonsense", 200, errc::provider_error},
  };
  for (const row& each : rows) {
    const auto read = parse_exchange_answer(answered(each.body, each.status));
    ASSERT_FALSE(read) << each.body;
    EXPECT_EQ(read.error().code, each.code) << each.body;
  }
  EXPECT_EQ(parse_exchange_answer(answered(R"({"error":["EOrder:Insufficient funds"]})")).error().provider_text,
            "EOrder:Insufficient funds");
}

}  // namespace
}  // namespace latchkey
