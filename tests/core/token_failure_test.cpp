#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/limits.h"
#include "core/token_endpoint.h"

namespace latchkey {
namespace {

using kind = token_failure::kind;
using testing::HasSubstr;
using testing::StartsWith;

constexpr wall_time now{seconds{1'800'000'000}};

token_failure failure_of(unsigned status, std::string_view body, std::vector<http_header> headers = {}) {
  const auto outcome = parse_token_response({status, std::move(headers), secret(body)}, now);
  EXPECT_FALSE(outcome) << body;
  if (outcome) return {};
  return outcome.error();
}

struct error_case {
  std::string_view code;
  kind what;
  errc error;
  std::string_view sentence;
};

TEST(TokenFailure, T12_EachErrorOfTheRfcHasItsMeaning) {
  const error_case cases[] = {
      {"invalid_grant", kind::dead_grant, errc::login_required, "does not accept the grant any more (invalid_grant)"},
      {"interaction_required", kind::dead_grant, errc::login_required, "log in again (interaction_required)"},
      {"login_required", kind::dead_grant, errc::login_required, "log in again (login_required)"},
      {"consent_required", kind::dead_grant, errc::login_required, "consent again (consent_required)"},
      {"invalid_client", kind::permanent, errc::provider_error,
       "check client_id and the client secret (invalid_client)"},
      {"invalid_request", kind::permanent, errc::provider_error, "could not read the request (invalid_request)"},
      {"unauthorized_client", kind::permanent, errc::provider_error, "check how the client is registered"},
      {"unsupported_grant_type", kind::permanent, errc::provider_error, "does not support this way"},
      {"invalid_scope", kind::permanent, errc::provider_error, "check the account's scopes (invalid_scope)"},
      {"access_denied", kind::permanent, errc::access_denied, "said no (access_denied)"},
      {"temporarily_unavailable", kind::transient, errc::temporarily_unavailable, "not available now"},
      {"server_error", kind::transient, errc::temporarily_unavailable, "a problem of its own"},
      {"something_new", kind::permanent, errc::provider_error, "the provider refused the request (status 400)"},
      {"authorization_pending", kind::permanent, errc::provider_error, "the provider refused the request (status 400)"},
  };
  for (const auto& [code, what, error, sentence] : cases) {
    const auto failure = failure_of(400, R"({"error":")" + std::string(code) + R"(","error_description":"Because."})");
    EXPECT_EQ(failure.what, what) << code;
    EXPECT_EQ(failure.why.code, error) << code;
    EXPECT_EQ(failure.error, code);
    EXPECT_THAT(failure.why.message, HasSubstr(std::string(sentence))) << code;
    EXPECT_EQ(failure.why.provider_text, std::string(code) + ": Because.");
  }
}

TEST(TokenFailure, T13_A401IsTheClientWhateverTheBodyIs) {
  const auto bare = failure_of(401, "", {{"WWW-Authenticate", "Basic realm=\"x\x1B[31m\""}});
  EXPECT_EQ(bare.what, kind::permanent);
  EXPECT_EQ(bare.why.code, errc::provider_error);
  EXPECT_THAT(bare.why.message, HasSubstr("check client_id and the client secret (status 401)"));
  EXPECT_EQ(bare.why.provider_text, "Basic realm=\"x\\x1B[31m\"");
  EXPECT_EQ(bare.error, "");
  const auto told = failure_of(401, R"({"error":"invalid_client"})", {{"WWW-Authenticate", "Basic"}});
  EXPECT_EQ(told.error, "invalid_client");
  EXPECT_EQ(told.why.provider_text, "invalid_client");
}

TEST(TokenFailure, T14_AnErrorWith200IsAnErrorAlsoAsAFormAndBesideAToken) {
  const auto form =
      failure_of(200, "error=bad_verification_code&error_description=The+code+is+wrong.&error_uri=https%3A");
  EXPECT_EQ(form.error, "bad_verification_code");
  EXPECT_EQ(form.why.provider_text, "bad_verification_code: The code is wrong.");
  EXPECT_EQ(failure_of(200, R"({"error":"invalid_grant"})").what, kind::dead_grant);
  EXPECT_EQ(failure_of(200, R"({"access_token":"tok","error":"invalid_grant"})").what, kind::dead_grant);
  EXPECT_EQ(failure_of(400, "error=invalid_grant").what, kind::dead_grant);
}

struct shape_case {
  std::string_view body, error, said;
};

TEST(TokenFailure, ReadsTheErrorShapesOfProviders) {
  const shape_case cases[] = {
      {R"({"error":["EGeneral:Invalid arguments"]})", "EGeneral:Invalid arguments", "EGeneral:Invalid arguments"},
      {R"({"error":["WGeneral:Careful","EAuth:Bad","EQuery:Also"]})", "EAuth:Bad", "EAuth:Bad: EQuery:Also"},
      {R"({"error":["EAuth:Bad","EQuery:Two","EQuery:Three"]})", "EAuth:Bad", "EAuth:Bad: EQuery:Two, EQuery:Three"},
      {R"({"error":[5]})", "unreadable", "unreadable"},
      {R"({"error":{"code":"E1","message":"No."}})", "E1", "E1: No."},
      {R"({"error":{"code":400,"status":"INVALID_ARGUMENT","message":"No."}})", "INVALID_ARGUMENT",
       "INVALID_ARGUMENT: No."},
      {R"({"error":{"message":"No.","type":"OAuthException"}})", "OAuthException", "OAuthException: No."},
      {R"({"error":{}})", "error", "error"},
      {R"({"error":17})", "17", "17"},
      {R"({"error":true})", "true", "true"},
      {R"({"error":"e","error_description":["no text"]})", "e", "e"},
  };
  for (const auto& [body, error, said] : cases) {
    const auto failure = failure_of(200, body);
    EXPECT_EQ(failure.error, error) << body;
    EXPECT_EQ(failure.why.provider_text, said) << body;
    EXPECT_EQ(failure.what, kind::permanent) << body;
  }
}

TEST(TokenFailure, AnEmptyErrorOrAWarningIsNone) {
  for (const std::string_view error : {"null", "false", R"("")", "[]", R"(["WGeneral:Careful"])"}) {
    const std::string body = R"({"access_token":"tok","error":)" + std::string(error) + "}";
    EXPECT_TRUE(parse_token_response({200, {}, secret(body)}, now)) << body;
  }
}

TEST(TokenFailure, TroubleAtTheExchangePasses) {
  for (const std::string_view code : {"EService:Unavailable", "EService:Busy", "EAPI:Rate limit exceeded"}) {
    const auto failure = failure_of(200, R"({"error":[")" + std::string(code) + "\"]}");
    EXPECT_EQ(failure.what, kind::transient) << code;
    EXPECT_EQ(failure.why.code, errc::temporarily_unavailable) << code;
    EXPECT_EQ(failure.error, code);
  }
}

TEST(TokenFailure, T2_AServerInTroubleNeverKillsAGrant) {
  for (const unsigned status : {408U, 429U, 500U, 502U, 503U, 504U, 599U})
    for (const std::string_view body :
         {"", "<html>Bad Gateway</html>", R"({"error":"invalid_grant"})", R"({"error":"invalid_client"})", "{"}) {
      const auto failure = failure_of(status, body);
      EXPECT_EQ(failure.what, kind::transient) << status << body;
      EXPECT_EQ(failure.why.code, errc::temporarily_unavailable) << status << body;
      EXPECT_THAT(failure.why.message, HasSubstr("(status " + std::to_string(status) + ")"));
    }
  EXPECT_EQ(failure_of(503, R"({"error":"invalid_grant"})").error, "invalid_grant");
}

TEST(TokenFailure, T15_ARedirectIsNoAnswer) {
  for (const unsigned status : {301U, 302U, 303U, 307U, 308U}) {
    const auto failure = failure_of(status, "", {{"Location", "https://evil.example/token"}});
    EXPECT_EQ(failure.what, kind::permanent);
    EXPECT_THAT(failure.why.message, HasSubstr("credentials do not follow"));
  }
}

TEST(TokenFailure, OtherStatusesSayWhatToCheck) {
  EXPECT_THAT(failure_of(404, "<html>").why.message, HasSubstr("check the address of the token endpoint (status 404)"));
  EXPECT_THAT(failure_of(405, "").why.message, HasSubstr("check the address of the token endpoint (status 405)"));
  EXPECT_THAT(failure_of(403, "no").why.message, HasSubstr("refused the request (status 403)"));
  EXPECT_EQ(failure_of(403, "no").what, kind::permanent);
  EXPECT_EQ(failure_of(400, R"({"access_token":"tok","token_type":"bearer"})").what, kind::permanent);
  EXPECT_EQ(failure_of(100, R"({"access_token":"tok","token_type":"bearer"})").what, kind::permanent);
}

TEST(TokenFailure, T16_RetryAfterComesAlongWithTransientFailuresOnly) {
  const std::vector<http_header> headers{{"retry-after", "17"}};
  EXPECT_EQ(failure_of(429, "", headers).why.retry_after, seconds{17});
  EXPECT_EQ(failure_of(503, "", headers).why.retry_after, seconds{17});
  EXPECT_EQ(failure_of(400, R"({"error":"temporarily_unavailable"})", headers).why.retry_after, seconds{17});
  EXPECT_EQ(failure_of(400, R"({"error":"invalid_grant"})", headers).why.retry_after, std::nullopt);
  EXPECT_EQ(failure_of(503, "").why.retry_after, std::nullopt);
  EXPECT_EQ(failure_of(503, "", {{"Retry-After", "soon"}}).why.retry_after, std::nullopt);
  EXPECT_EQ(failure_of(503, "", {{"Retry-After", "99999999999999999999"}}).why.retry_after,
            limits::longest_retry_after);
}

TEST(TokenFailure, L21_WhatTheProviderSaysIsEscapedAndCut) {
  const auto failure =
      failure_of(400, R"({"error":"bad\u001b[31m","error_description":"a\r\nb\u202e <script>\u0000"})");
  EXPECT_EQ(failure.error, "bad\\x1B[31m");
  EXPECT_EQ(failure.why.provider_text, "bad\\x1B[31m: a\\x0D\\x0Ab\\u{202E} <script>\\x00");
  const auto chatty = failure_of(400, R"({"error":"e","error_description":")" + std::string(5000, 'x') + "\"}");
  EXPECT_LE(chatty.why.provider_text.size(), limits::provider_text + std::string_view("…").size());
  EXPECT_LE(failure_of(400, R"({"error":")" + std::string(5000, 'x') + "\"}").error.size(), 520U);
}

TEST(TokenFailure, AnUnreachableProviderIsTransientAndKeepsItsReason) {
  const auto failure = unreachable(fault(errc::provider_error, "the certificate of example.com is not trusted"));
  EXPECT_EQ(failure.what, kind::transient);
  EXPECT_EQ(failure.why.code, errc::provider_error);
  EXPECT_EQ(failure.why.message, "the certificate of example.com is not trusted");
  EXPECT_EQ(failure.error, "");
}

TEST(RevocationResponse, AnySuccessIsSuccess) {
  EXPECT_TRUE(parse_revocation_response({200, {}, secret()}, now));
  EXPECT_TRUE(parse_revocation_response({200, {}, secret("<html>")}, now));
  EXPECT_TRUE(parse_revocation_response({204, {}, secret()}, now));
}

TEST(RevocationResponse, TellsTroubleFromRefusal) {
  const auto busy = parse_revocation_response({503, {{"Retry-After", "5"}}, secret("<html>")}, now);
  ASSERT_FALSE(busy);
  EXPECT_EQ(busy.error().code, errc::temporarily_unavailable);
  EXPECT_EQ(busy.error().retry_after, seconds{5});
  EXPECT_THAT(busy.error().message, HasSubstr("answered 503"));
  const auto refused = parse_revocation_response({400, {}, secret(R"({"error":"unsupported_token_type"})")}, now);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, errc::provider_error);
  EXPECT_EQ(refused.error().provider_text, "unsupported_token_type");
  EXPECT_THAT(refused.error().message, StartsWith("the provider did not revoke the token"));
  EXPECT_EQ(parse_revocation_response({302, {}, secret()}, now).error().code, errc::provider_error);
}

}  // namespace
}  // namespace latchkey
