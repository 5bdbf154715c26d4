#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

#include "core/limits.h"
#include "core/token_endpoint.h"

namespace latchkey {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr wall_time now{seconds{1'800'000'000}};

http_response answered(unsigned status, std::string_view body, std::vector<http_header> headers = {}) {
  return {status, std::move(headers), secret(body)};
}

token_result read(std::string_view body) {
  return parse_token_response(answered(200, body), now);
}

/// `members` beside a good access_token and token_type.
token_result read_with(std::string_view members) {
  return read(R"({"access_token":"tok","token_type":"bearer",)" + std::string(members) + "}");
}

/// The sentence of a refusal that no retry mends.
std::string refusal(std::string_view body) {
  const auto outcome = read(body);
  if (outcome) return "taken";
  EXPECT_EQ(outcome.error().what, token_failure::kind::permanent) << body;
  EXPECT_EQ(outcome.error().why.code, errc::provider_error) << body;
  EXPECT_EQ(outcome.error().error, "");
  return outcome.error().why.message;
}

TEST(TokenResponse, ReadsTheAnswerOfTheRfc) {
  const auto tokens = read(R"({"access_token":"2YotnFZFEjr1zCsicMWpAA","token_type":"Bearer","expires_in":3600,
      "refresh_token":"tGzv3JOkF0XG5Qx2TlKWIA","scope":"b a","id_token":"x.y.z","example_parameter":{"a":[1]}})");
  ASSERT_TRUE(tokens);
  EXPECT_EQ(tokens->access_token, secret("2YotnFZFEjr1zCsicMWpAA"));
  EXPECT_EQ(tokens->refresh_token, secret("tGzv3JOkF0XG5Qx2TlKWIA"));
  EXPECT_EQ(tokens->id_token, secret("x.y.z"));
  EXPECT_EQ(tokens->token_type, "Bearer");
  EXPECT_EQ(tokens->expires_in, seconds{3600});
  EXPECT_THAT(*tokens->scopes, ElementsAre("b", "a"));
  EXPECT_THAT(tokens->warnings, IsEmpty());
}

TEST(TokenResponse, ReadsByContentWhateverTheContentTypeSays) {
  const auto as_form = parse_token_response(
      answered(200, R"({"access_token":"tok","token_type":"bearer","expires_in":14400,"refresh_token":"r"})",
               {{"Content-Type", "application/x-www-form-urlencoded"}}),
      now);
  ASSERT_TRUE(as_form);
  EXPECT_EQ(as_form->expires_in, seconds{14400});
  const auto form = parse_token_response(
      answered(200, "access_token=to%2Bk&expires_in=60&scope=repo%2Cgist&token_type=bearer&refresh_token=r+r",
               {{"Content-Type", "application/json"}}),
      now);
  ASSERT_TRUE(form);
  EXPECT_EQ(form->access_token, secret("to+k"));
  EXPECT_EQ(form->refresh_token, secret("r r"));
  EXPECT_EQ(form->expires_in, seconds{60});
  EXPECT_THAT(*form->scopes, ElementsAre("repo", "gist"));
}

struct refused_answer {
  std::string_view body, sentence;
};

TEST(TokenResponse, T1_T2_T3_RefusesWhatIsNoTokenAnswer) {
  const refused_answer cases[] = {
      {"", "answered 200, but the answer is empty"},
      {" \r\n\t", "the answer is empty"},
      {"ok", "the answer is not JSON at byte"},
      {"<!DOCTYPE html><html>access_token=tok</html>", "the answer is a web page, not JSON"},
      {" \n<html>", "the answer is a web page, not JSON"},
      {R"({"access_token":"tok","token_type":"bearer")", "the answer is not JSON at byte"},
      {R"({"access_token":"tok)", "the answer is not JSON at byte"},
      {R"(["tok"])", "the answer is JSON but no object"},
      {R"("access_token=tok")", "the answer is JSON but no object"},
      {"null", "the answer is JSON but no object"},
      {"42", "the answer is JSON but no object"},
      {"a=b&c=d", "the answer is not JSON at byte"},
      {"access_token=%zz", "the answer is not JSON at byte"},
      {R"({"x":"&access_token=tok&token_type=bearer&y=")", "the answer is not JSON at byte"},
      {R"([&access_token=tok&token_type=bearer)", "the answer is not JSON at byte"},
      {R"({"expires_in":1e999,"access_token":"tok"})", "the answer holds a number out of range"},
  };
  for (const auto& [body, sentence] : cases) {
    EXPECT_THAT(refusal(body), HasSubstr(std::string(sentence))) << body;
    EXPECT_THAT(refusal(body), Not(HasSubstr("tok\"")));
  }
}

TEST(TokenResponse, T5_RefusesDeepNestingBeforeItIsBuilt) {
  EXPECT_THAT(refusal(R"({"access_token":"tok","x":)" + std::string(100'000, '[')), HasSubstr("nests deeper"));
  EXPECT_EQ(refusal(R"({"access_token":"tok","x":)" + std::string(63, '[') + std::string(63, ']') + "}"), "taken");
  EXPECT_THAT(refusal(R"({"access_token":"tok","x":)" + std::string(64, '[') + std::string(64, ']') + "}"),
              HasSubstr("nests deeper"));
}

TEST(TokenResponse, T6_T7_RefusesAnAnswerWithoutAUsableAccessToken) {
  const refused_answer cases[] = {
      {R"({"token_type":"bearer"})", "has no access_token"},
      {R"({})", "has no access_token"},
      {R"({"access_token":""})", "has no access_token"},
      {R"({"access_token":null})", "has no access_token"},
      {R"({"access_token":false})", "has no access_token"},
      {R"({"access_token":17})", "access_token that is no string"},
      {R"({"access_token":0})", "access_token that is no string"},
      {R"({"access_token":true})", "access_token that is no string"},
      {R"({"access_token":["tok"]})", "access_token that is no string"},
      {R"({"access_token":{"a":"tok"}})", "access_token that is no string"},
      {R"({"access_token":"tok\r\nX-Evil: 1"})", "access_token with control characters"},
      {R"({"access_token":"tok\u0000"})", "access_token with control characters"},
      {R"({"access_token":"tok\u007f"})", "access_token with control characters"},
      {R"({"access_token":"tok\t"})", "access_token with control characters"},
      {R"({"access_token":"tok en"})", "access_token with a space"},
      {R"({"access_token":" "})", "access_token with a space"},
      {R"({"access_token":"t\u00f6k"})", "characters outside ASCII"},
      {R"({"access_token":"tok","refresh_token":1})", "refresh_token that is no string"},
      {R"({"access_token":"tok","refresh_token":"a\nb"})", "refresh_token with control characters"},
      {R"({"access_token":"tok","id_token":{}})", "id_token that is no string"},
      {"access_token=&token_type=bearer", "has no access_token"},
      {"access_token=a%0Ab&token_type=bearer", "access_token with control characters"},
  };
  for (const auto& [body, sentence] : cases) {
    EXPECT_THAT(refusal(body), HasSubstr(std::string(sentence))) << body;
    EXPECT_THAT(refusal(body), Not(HasSubstr("Evil")));
  }
}

TEST(TokenResponse, T23_TakesTokensUpToTheirBoundAndNoFurther) {
  for (const std::string name : {"access_token", "refresh_token", "id_token"}) {
    const std::string members = name == "access_token" ? "" : R"("access_token":"tok",)";
    const auto body = [&](std::size_t size) {
      return "{" + members + "\"" + name + "\":\"" + std::string(size, 'x') + "\"}";
    };
    EXPECT_EQ(refusal(body(limits::token_bytes)), "taken");
    EXPECT_THAT(refusal(body(limits::token_bytes + 1)), HasSubstr(name + " of more than 65536 bytes"));
  }
}

TEST(TokenResponse, T8_BearerInAnySpellingIsBearerAndNothingElseIs) {
  for (const std::string_view type : {"Bearer", "bearer", "BEARER", "bEaReR"}) {
    const auto tokens = read(R"({"access_token":"tok","token_type":")" + std::string(type) + "\"}");
    ASSERT_TRUE(tokens) << type;
    EXPECT_EQ(tokens->token_type, type);
    EXPECT_THAT(tokens->warnings, IsEmpty());
  }
  for (const std::string_view members : {R"({"access_token":"tok"})", R"({"access_token":"tok","token_type":null})"}) {
    const auto tokens = read(members);
    ASSERT_TRUE(tokens);
    EXPECT_EQ(tokens->token_type, "Bearer");
    EXPECT_THAT(tokens->warnings, ElementsAre(HasSubstr("has no token_type; taken as Bearer")));
  }
  const refused_answer cases[] = {
      {R"({"access_token":"tok","token_type":"mac"})", "has the token_type mac"},
      {R"({"access_token":"tok","token_type":"DPoP"})", "has the token_type DPoP"},
      {R"({"access_token":"tok","token_type":""})", "has the token_type ,"},
      {R"({"access_token":"tok","token_type":"bearer "})", "has the token_type bearer ,"},
      {R"({"access_token":"tok","token_type":"Bearer\u001b[31m"})", "has the token_type Bearer\\x1B[31m"},
      {R"({"access_token":"tok","token_type":1})", "has a token_type that is no string"},
  };
  for (const auto& [body, sentence] : cases) EXPECT_THAT(refusal(body), HasSubstr(std::string(sentence))) << body;
}

TEST(TokenResponse, T11_AnEmptyRefreshTokenIsNone) {
  for (const std::string_view none : {R"("")", "null", "false"}) {
    const auto tokens = read_with("\"refresh_token\":" + std::string(none) + ",\"id_token\":" + std::string(none));
    ASSERT_TRUE(tokens) << none;
    EXPECT_TRUE(tokens->refresh_token.empty());
    EXPECT_TRUE(tokens->id_token.empty());
  }
  EXPECT_TRUE(read(R"({"access_token":"tok"})")->refresh_token.empty());
}

TEST(TokenResponse, T21_RefusesANoContentAnswerAndACodingNobodyAskedFor) {
  const auto nothing = parse_token_response(answered(204, ""), now);
  ASSERT_FALSE(nothing);
  EXPECT_THAT(nothing.error().why.message, HasSubstr("answered 204, but the answer is empty"));
  const std::string_view good = R"({"access_token":"tok","token_type":"bearer"})";
  const auto packed = parse_token_response(answered(200, "\x1F\x8B\x08", {{"Content-Encoding", "gzip"}}), now);
  ASSERT_FALSE(packed);
  EXPECT_THAT(packed.error().why.message, HasSubstr("is encoded as gzip, which was not asked for"));
  EXPECT_FALSE(parse_token_response(answered(200, good, {{"content-encoding", "br"}}), now));
  EXPECT_TRUE(parse_token_response(answered(200, good, {{"Content-Encoding", "Identity"}}), now));
  EXPECT_TRUE(parse_token_response(answered(200, good, {{"Content-Encoding", ""}}), now));
  EXPECT_FALSE(parse_token_response(answered(103, good), now));
}

TEST(TokenResponse, T22_RefusesAKeyOrFieldTwice) {
  EXPECT_THAT(refusal(R"({"access_token":"tok","access_token":"tok2"})"),
              HasSubstr("has the key \"access_token\" twice"));
  EXPECT_THAT(refusal(R"({"access_token":"tok","x":{"y":1,"y":2}})"), HasSubstr("has the key \"y\" twice"));
  EXPECT_THAT(refusal("access_token=tok&access_token=tok2"), HasSubstr("has the field \"access_token\" twice"));
}

TEST(TokenResponse, T28_SkipsAByteOrderMarkAndSpace) {
  EXPECT_EQ(read("\xEF\xBB\xBF{\"access_token\":\"tok\"}")->access_token, secret("tok"));
  EXPECT_EQ(read("\xEF\xBB\xBF \r\n{\"access_token\":\"tok\"}\r\n")->access_token, secret("tok"));
  EXPECT_EQ(read("\xEF\xBB\xBF"
                 "access_token=tok")
                ->access_token,
            secret("tok"));
}

TEST(TokenResponse, AnUncheckedFailureIsABugAndSaysWhy) {
  const auto outcome = read("{}");
  EXPECT_THROW((void)outcome.value(), std::logic_error);
}

}  // namespace
}  // namespace latchkey
