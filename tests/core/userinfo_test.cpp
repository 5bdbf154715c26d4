#include "core/userinfo.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/limits.h"

namespace latchkey {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

http_response answered(std::string_view body, unsigned status = 200) {
  http_response response;
  response.status = status;
  response.body = secret(body);
  return response;
}

user_information shown(std::string_view body) {
  return parse_userinfo(answered(body)).value();
}

TEST(UserInfo, IsAskedForWithTheTokenInItsHeaderAlone) {
  provider server;
  server.userinfo_endpoint = "https://api.example/oauth/userinfo";
  const http_request request = userinfo_request(server, secret("the-token"));
  EXPECT_EQ(request.method, "GET");
  EXPECT_EQ(request.url, "https://api.example/oauth/userinfo");
  EXPECT_EQ(request.authorization, secret("Bearer the-token"));
  EXPECT_TRUE(request.body.empty());
  for (const http_header& each : request.headers) EXPECT_THAT(each.value, Not(HasSubstr("the-token")));
}

TEST(UserInfo, ReadsWhatOpenIdConnectAndKrakenSend) {
  struct row {
    std::string_view body;
    user_information fields;
  };
  const row rows[] = {
      {R"({"sub":"248","email":"a@example.com"})", {{"sub", "248"}, {"email", "a@example.com"}}},
      {R"({"error":[],"result":{"iiban":"AA00","email":"a@example.com"}})",
       {{"iiban", "AA00"}, {"email", "a@example.com"}}},
      {R"({"sub":"x","email_verified":true,"age":42,"score":1.5})",
       {{"sub", "x"}, {"email_verified", "true"}, {"age", "42"}, {"score", "1.5"}}},
      {R"({"big":18446744073709551615})", {{"big", "18446744073709551615"}}},
      {R"({"address":{"country":"DE","geo":{"lat":1}}})", {{"address.country", "DE"}, {"address.geo", R"({"lat":1})"}}},
      {R"({"groups":["a","b"]})", {{"groups", R"(["a","b"])"}}},
      {R"({"nothing":null,"none":[],"neither":{},"blank":""})", {{"blank", ""}}},
      {R"({"error":[],"result":null})", {}},
      {R"({"result":"ok","sub":"x"})", {{"result", "ok"}, {"sub", "x"}}},
      {R"({})", {}},
  };
  for (const row& each : rows) EXPECT_EQ(shown(each.body), each.fields) << each.body;
}

TEST(UserInfo, IsSafeToShowWhateverTheServerWrites) {
  EXPECT_EQ(shown(R"({"name":"a\u001b[31mb\u0000c"})").at("name"), R"(a\x1B[31mb\x00c)");
  EXPECT_EQ(shown(R"({"name":"a\u202eb"})").at("name"), R"(a\u{202E}b)");
  EXPECT_EQ(shown(R"({"a\u001bb":"c"})").begin()->first, R"(a\x1Bb)");
  EXPECT_EQ(shown(R"({"list":["\u001b\u009b"]})").at("list").find('\x1b'), std::string::npos);
  EXPECT_EQ(shown(R"({"name":"Zo\u00eb \ud83d\ude00"})").at("name"), "Zoë \U0001F600");
}

TEST(UserInfo, HasABoundForEachValueNameAndForTheirNumber) {
  const std::string vast(100'000, 'x');
  const user_information one = shown("{\"" + vast + "\":\"" + vast + "\"}");
  ASSERT_EQ(one.size(), 1U);
  EXPECT_LT(one.begin()->first.size(), 80U);
  EXPECT_LT(one.begin()->second.size(), limits::user_information + 8);
  std::string many = R"({"result":{"nested":{)";
  for (int i = 0; i < 1000; ++i) many += (i == 0 ? "\"k" : ",\"k") + std::to_string(i) + "\":1";
  EXPECT_EQ(shown(many + "}}}").size(), limits::user_information_fields);
}

TEST(UserInfo, AMemberWithADotAndANestedOneDoNotBothCount) {
  EXPECT_EQ(shown(R"({"a":{"b":"nested"},"a.b":"plain"})"), (user_information{{"a.b", "nested"}}));
}

TEST(UserInfo, WhatIsNoAnswerIsAnErrorWithASentence) {
  struct row {
    std::string_view body;
    unsigned status;
    errc code;
  };
  const row rows[] = {
      {"", 200, errc::provider_error},
      {"[]", 200, errc::provider_error},
      {"\"text\"", 200, errc::provider_error},
      {"<html>", 200, errc::provider_error},
      {R"({"a":1,"a":2})", 200, errc::provider_error},
      {R"({"a":"\ud800"})", 200, errc::provider_error},
      {"{\"a\":\"\xff\"}", 200, errc::provider_error},
      {"eyJhbGciOiJSUzI1NiJ9.e30.c2ln", 200, errc::provider_error},
      {R"({"ok":false,"error":"invalid_auth"})", 200, errc::provider_error},
      {R"({"error":"invalid_token"})", 401, errc::access_denied},
      {R"({"error":"insufficient_scope"})", 403, errc::access_denied},
      {R"({"error":["EGeneral:Permission denied"]})", 200, errc::access_denied},
      {"", 503, errc::temporarily_unavailable},
      {"", 404, errc::provider_error},
      {R"({"sub":"x"})", 302, errc::provider_error},
  };
  for (const row& each : rows) {
    const auto read = parse_userinfo(answered(each.body, each.status));
    ASSERT_FALSE(read) << each.body;
    EXPECT_EQ(read.error().code, each.code) << each.body;
    EXPECT_THAT(read.error().message, Not(IsEmpty()));
  }
  EXPECT_FALSE(parse_userinfo(answered(std::string(100, '[') + std::string(100, ']'))));
  EXPECT_FALSE(parse_userinfo(answered("{\"a\":" + std::string(100, '[') + std::string(100, ']') + "}")));
}

}  // namespace
}  // namespace latchkey
