#include "core/fast_api_key.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace latchkey {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::string_view base = "https://api.example";
const secret token("the-token");

http_response answered(std::string_view body, unsigned status = 200) {
  http_response response;
  response.status = status;
  response.body = secret(body);
  return response;
}

fast_api_key_wish wish() {
  fast_api_key_wish made;
  made.name = "bot";
  made.permissions = {"funds_query", "trades_query_open"};
  return made;
}

TEST(FastApiKey, EachRequestGoesToTheOnePathWithTheToken) {
  const http_request list = list_fast_api_keys(base, token);
  const http_request create = create_fast_api_key(base, token, wish());
  const http_request update = update_fast_api_key(base, token, wish());
  const http_request remove = delete_fast_api_key(base, token, "bot");
  EXPECT_EQ(list.method + " " + create.method + " " + update.method + " " + remove.method, "GET POST PUT DELETE");
  for (const http_request* each : {&list, &create, &update, &remove}) {
    EXPECT_EQ(each->url, "https://api.example/oauth/fast-api-key");
    EXPECT_EQ(each->authorization, secret("Bearer the-token"));
  }
  EXPECT_TRUE(list.body.empty());
  EXPECT_EQ(json::parse(remove.body.reveal()), json::parse(R"({"api_key_name":"bot"})"));
}

TEST(FastApiKey, PermissionsAreAllNamedOnOrOff) {
  const json body = json::parse(create_fast_api_key(base, token, wish()).body.reveal());
  EXPECT_EQ(body.at("permissions").size(), fast_api_key_permissions().size());
  EXPECT_EQ(body.at("permissions").at("funds_query"), true);
  EXPECT_EQ(body.at("permissions").at("funds_withdraw"), false);
  EXPECT_FALSE(body.contains("valid_until"));
  fast_api_key_wish bare;
  bare.name = "bare";
  EXPECT_TRUE(json::parse(create_fast_api_key(base, token, bare).body.reveal()).contains("permissions"));
  EXPECT_FALSE(json::parse(update_fast_api_key(base, token, bare).body.reveal()).contains("permissions"));
}

TEST(FastApiKey, EveryWishIsSent) {
  fast_api_key_wish whole = wish();
  whole.new_name = "robot";
  whole.ip_allowlist = {"192.0.2.0/24", "2001:db8::/32"};
  whole.nonce_window = 5;
  whole.query_from = 1;
  whole.query_to = 2;
  whole.valid_until = 3;
  json body = json::parse(update_fast_api_key(base, token, whole).body.reveal());
  body.erase("permissions");
  EXPECT_EQ(body, json::parse(R"({"api_key_name":"bot","new_api_key_name":"robot","nonce_window":5,"query_from":1,
                                  "query_to":2,"valid_until":3,"ip_allowlist":["192.0.2.0/24","2001:db8::/32"]})"));
}

TEST(FastApiKey, AWishIsCheckedBeforeItIsSent) {
  EXPECT_TRUE(check_fast_api_key(wish()));
  struct row {
    std::function<void(fast_api_key_wish&)> change;
    std::string_view part;
  };
  const row rows[] = {
      {[](fast_api_key_wish& w) { w.name = ""; }, "has 0 characters; it may have 1 to 32"},
      {[](fast_api_key_wish& w) { w.name = std::string(33, 'x'); }, "has 33 characters"},
      {[](fast_api_key_wish& w) { w.name = "a\nb"; }, "control character"},
      {[](fast_api_key_wish& w) { w.name = "\xFF"; }, "is not UTF-8"},
      {[](fast_api_key_wish& w) { w.new_name = ""; }, "the key's new name has 0 characters"},
      {[](fast_api_key_wish& w) { w.permissions = {"funds_qery"}; }, "did you mean \"funds_query\"?"},
      {[](fast_api_key_wish& w) { w.permissions = {"everything"}; }, "there is no permission \"everything\""},
      {[](fast_api_key_wish& w) { w.ip_allowlist = {"example.com"}; }, "is no address or network"},
      {[](fast_api_key_wish& w) { w.nonce_window = -1; }, "nonce window"},
  };
  for (const row& each : rows) {
    fast_api_key_wish wrong = wish();
    each.change(wrong);
    const auto checked = check_fast_api_key(wrong);
    ASSERT_FALSE(checked) << each.part;
    EXPECT_EQ(checked.error().code, errc::bad_request);
    EXPECT_THAT(checked.error().message, HasSubstr(std::string(each.part)));
  }
  fast_api_key_wish umlauts = wish();
  umlauts.name = std::string("ä").append(30, 'x') + "ü";
  EXPECT_TRUE(check_fast_api_key(umlauts)) << "characters count, not bytes";
}

constexpr std::string_view created = R"({"result":{"secret":"c2VjcmV0","api_key":"pub","api_key_name":"bot","id":"ID1",
  "created_time":"1700000000","last_used":null,"ip_allowlist":["192.0.2.1"],"valid_until":0,
  "permissions":{"funds_query":true,"funds_withdraw":false},"purpose":"standard"}})";

TEST(FastApiKey, ReadsACreatedKeyWithItsSecret) {
  const auto key = parse_created_fast_api_key(answered(created));
  ASSERT_TRUE(key);
  EXPECT_EQ(key->name, "bot");
  EXPECT_EQ(key->id, "ID1");
  EXPECT_EQ(key->api_key, "pub");
  EXPECT_EQ(key->key_secret, secret("c2VjcmV0"));
  EXPECT_THAT(key->permissions, ElementsAre("funds_query"));
  EXPECT_THAT(key->ip_allowlist, ElementsAre("192.0.2.1"));
  EXPECT_EQ(key->created_time, 1700000000);
  EXPECT_EQ(key->valid_until, std::nullopt);
  EXPECT_EQ(key->last_used, std::nullopt);
}

TEST(FastApiKey, ReadsAList) {
  const auto keys =
      parse_fast_api_keys(answered(R"({"result":[{"api_key_name":"a"},{"api_key_name":"b","valid_until":9}]})"));
  ASSERT_TRUE(keys);
  ASSERT_EQ(keys->size(), 2U);
  EXPECT_EQ((*keys)[1].valid_until, 9);
  EXPECT_TRUE((*keys)[0].key_secret.empty());
  EXPECT_THAT(parse_fast_api_keys(answered(R"({"result":[]})")).value(), IsEmpty());
  EXPECT_THAT(parse_fast_api_keys(answered(R"({"error":[]})")).value(), IsEmpty());
}

TEST(FastApiKey, ATimeIsAPositiveNumberHoweverItIsWritten) {
  struct row {
    std::string_view written;
    std::optional<std::int64_t> read;
  };
  const row rows[] = {
      {"9", 9},
      {"\"9\"", 9},
      {"9223372036854775807", INT64_MAX},
      {"\"9223372036854775807\"", INT64_MAX},
      {"0", std::nullopt},
      {"-9", std::nullopt},
      {"\"-9\"", std::nullopt},
      {"9223372036854775808", std::nullopt},
      {"18446744073709551615", std::nullopt},
      {"\"9223372036854775808\"", std::nullopt},
      {"1.5", std::nullopt},
      {"1e3", std::nullopt},
      {"\"1.5\"", std::nullopt},
      {"\" 9\"", std::nullopt},
      {"\"9x\"", std::nullopt},
      {"\"\"", std::nullopt},
      {"\"[[[[\"", std::nullopt},
      {"true", std::nullopt},
      {"[9]", std::nullopt},
      {"{}", std::nullopt},
      {"null", std::nullopt},
  };
  for (const row& each : rows) {
    const std::string body = R"({"result":[{"valid_until":)" + std::string(each.written) + "}]}";
    EXPECT_EQ(parse_fast_api_keys(answered(body)).value().at(0).valid_until, each.read) << each.written;
  }
}

TEST(FastApiKey, MembersOfAnotherTypeCountAsAbsent) {
  const auto keys = parse_fast_api_keys(answered(
      R"({"result":[{"api_key_name":1,"id":null,"api_key":[],"permissions":["a"],"ip_allowlist":"1.2.3.4"},
                    {"permissions":{"a":1,"b":"true","c":null,"d":true},"ip_allowlist":[1,"192.0.2.1",null]}]})"));
  ASSERT_TRUE(keys);
  EXPECT_EQ((*keys)[0].name + (*keys)[0].id + (*keys)[0].api_key, "");
  EXPECT_THAT((*keys)[0].permissions, IsEmpty());
  EXPECT_THAT((*keys)[0].ip_allowlist, IsEmpty());
  EXPECT_THAT((*keys)[1].permissions, ElementsAre("d"));
  EXPECT_THAT((*keys)[1].ip_allowlist, ElementsAre("192.0.2.1"));
}

TEST(FastApiKey, AKeyThatWouldBreakOutOfItsHeaderIsRefused) {
  for (const char* key : {R"(pub\r\nEvil: 1)", R"(p\u0000)", "p b", "Zo\u00eb"}) {
    const std::string body = R"({"result":{"secret":"c2VjcmV0","api_key":")" + std::string(key) + "\"}}";
    EXPECT_EQ(parse_created_fast_api_key(answered(body)).error().code, errc::provider_error) << key;
  }
}

TEST(FastApiKey, AnAnswerThatIsNoneIsNotBelieved) {
  EXPECT_EQ(parse_fast_api_keys(answered(R"({"result":{}})")).error().code, errc::provider_error);
  EXPECT_EQ(parse_fast_api_keys(answered(R"({"result":["a"]})")).error().code, errc::provider_error);
  EXPECT_EQ(parse_created_fast_api_key(answered(R"({"result":true})")).error().code, errc::provider_error);
  EXPECT_EQ(parse_created_fast_api_key(answered(R"({"result":{"api_key":"p"}})")).error().code, errc::provider_error);
  EXPECT_EQ(parse_fast_api_key_done(answered(R"({"result":false})")).error().code, errc::provider_error);
  EXPECT_TRUE(parse_fast_api_key_done(answered(R"({"result":true})")));
  EXPECT_EQ(parse_fast_api_key_done(answered(R"({"error":["EGeneral:Invalid arguments"]})")).error().code,
            errc::bad_request);
}

}  // namespace
}  // namespace latchkey
