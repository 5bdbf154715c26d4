// What an ID token says, once its signature is known to be good.
#include "core/id_token.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/limits.h"
#include "tests/core/id_token_builders.h"

namespace latchkey {
namespace {

using testing::HasSubstr;
using testing::Not;
using namespace testing_issuer;

constexpr std::int64_t skew = limits::clock_skew.count();

result<id_token_claims> check(const json& claims, const id_token_expectations& asked = expected()) {
  return check_id_token(token_of(claims), published(), asked);
}

json with(const char* name, json value) {
  json claims = good_claims();
  claims[name] = std::move(value);
  return claims;
}

json without(const char* name) {
  json claims = good_claims();
  claims.erase(name);
  return claims;
}

void expect_refused(const json& claims, const std::string& reason, const id_token_expectations& asked = expected()) {
  const auto checked = check(claims, asked);
  ASSERT_FALSE(checked) << claims;
  EXPECT_EQ(checked.error().code, errc::provider_error) << claims;
  EXPECT_THAT(checked.error().message, HasSubstr(reason)) << claims;
}

TEST(IdToken, AGoodTokenTellsWhoLoggedIn) {
  const auto checked = check(good_claims());
  ASSERT_TRUE(checked) << checked.error().message;
  EXPECT_EQ(checked->issuer, "https://id.example");
  EXPECT_EQ(checked->subject, "24400320");
  EXPECT_EQ(checked->issued_at, wall_time(seconds(now_seconds - 1)));
  EXPECT_EQ(checked->expires_at, wall_time(seconds(now_seconds + 600)));
  EXPECT_EQ(checked->auth_time, wall_time(seconds(now_seconds - 3600)));
  EXPECT_FALSE(check(without("auth_time")).value().auth_time);
}

TEST(IdToken, O3_ATokenForSomebodyElseIsRefused) {
  expect_refused(with("aud", "another"), "for another client (aud)");
  expect_refused(with("aud", "latchkey-cli2"), "for another client (aud)");
  expect_refused(with("aud", "Latchkey-CLI"), "for another client (aud)");
  expect_refused(with("aud", {"another"}), "for another client (aud)");
  expect_refused(with("aud", json::array()), "for another client (aud)");
  expect_refused(with("aud", 7), "aud is missing");
  expect_refused(with("aud", {"latchkey-cli", 7}), "aud is missing");
  expect_refused(without("aud"), "aud is missing");
}

TEST(IdToken, O3_SeveralAudiencesNeedAzpAndItMustBeThisClient) {
  const json several = {"latchkey-cli", "api"};
  expect_refused(with("aud", several), "(azp)");
  json claims = with("aud", several);
  claims["azp"] = "api";
  expect_refused(claims, "issued to another client (azp)");
  claims["azp"] = nullptr;
  expect_refused(claims, "issued to another client (azp)");
  claims["azp"] = "latchkey-cli";
  EXPECT_TRUE(check(claims));
  EXPECT_TRUE(check(with("aud", {"latchkey-cli"}))) << "a list of one is one";
  expect_refused(with("azp", "api"), "issued to another client (azp)");
  EXPECT_TRUE(check(with("azp", "latchkey-cli")));
}

TEST(IdToken, O3_ACallerWithoutAClientIdBelievesNothing) {
  auto asked = expected();
  asked.client_id = "";
  expect_refused(with("aud", ""), "for another client (aud)", asked);
}

TEST(IdToken, O4_TheIssuerMustBeEqualToTheLetter) {
  for (const char* other : {"https://id.example/", "http://id.example", "https://ID.example", "https://evil.example"})
    expect_refused(with("iss", other), "of another issuer");
  expect_refused(with("iss", json::array({"https://id.example"})), "iss is missing");
  expect_refused(with("iss", ""), "iss is missing");
  expect_refused(without("iss"), "iss is missing");
  auto asked = expected();
  asked.issuer = "";
  expect_refused(with("iss", ""), "iss is missing", asked);
}

TEST(IdToken, O4_WhereEachTenantIsAnIssuerTheTokenMustBeOfTheOneThatItNames) {
  auto asked = expected();
  asked.issuer = "https://id.example/{tenant}/v2.0";
  const std::string tenant = "8eaef023-2b34-4da1-9baa-8bc8c9d6a490";
  json claims = with("iss", "https://id.example/" + tenant + "/v2.0");
  claims["tid"] = tenant;
  const auto checked = check(claims, asked);
  ASSERT_TRUE(checked) << checked.error().message;
  EXPECT_EQ(checked->issuer, "https://id.example/" + tenant + "/v2.0");
  claims["tid"] = "82229342-1101-4ab6-817b-70c0747630f3";
  expect_refused(claims, "of another issuer", asked);
  claims.erase("tid");
  expect_refused(claims, "tid is missing", asked);
  for (const char* name : {"common", "{tenant}", "", "8EAEF023-2B34-4DA1-9BAA-8BC8C9D6A490", "../evil",
                           "8eaef023-2b34-4da1-9baa-8bc8c9d6a49", "8eaef023-2b34-4da1-9baa-8bc8c9d6a4900",
                           "8eaef023+2b34-4da1-9baa-8bc8c9d6a490", "8eaef023-2b34-4da1-9baa-8bc8c9d6a49g"}) {
    json odd = with("iss", "https://id.example/" + std::string(name) + "/v2.0");
    odd["tid"] = name;
    expect_refused(odd, "tid", asked);
  }
  json elsewhere = with("iss", "https://evil.example/" + tenant + "/v2.0");
  elsewhere["tid"] = tenant;
  expect_refused(elsewhere, "of another issuer", asked);
}

TEST(IdToken, O5_ATokenThatHasExpiredIsRefusedUpToTheSkewOfClocks) {
  EXPECT_TRUE(check(with("exp", now_seconds - skew + 1)));
  expect_refused(with("exp", now_seconds - skew), "has expired");
  expect_refused(with("exp", 0), "has expired");
  expect_refused(without("exp"), "exp is missing");
}

TEST(IdToken, O5_ATokenOfTheFutureIsRefusedUpToTheSkewOfClocks) {
  EXPECT_TRUE(check(with("iat", now_seconds + skew)));
  expect_refused(with("iat", now_seconds + skew + 1), "of the future (iat)");
  expect_refused(without("iat"), "iat is missing");
  EXPECT_TRUE(check(with("nbf", now_seconds + skew)));
  expect_refused(with("nbf", now_seconds + skew + 1), "does not count yet (nbf)");
}

TEST(IdToken, O5_ATimeIsANumberOfTheCalendar) {
  for (const char* name : {"exp", "iat", "nbf", "auth_time"})
    for (const json& value : {json("1800000600"), json(nullptr), json(-1), json(true), json(1e300), json(253402300800)})
      expect_refused(with(name, value), std::string(name) + " is no time");
  const auto fraction = check(with("exp", double{now_seconds} + 600.75));
  ASSERT_TRUE(fraction);
  EXPECT_EQ(fraction->expires_at, wall_time(seconds(now_seconds + 600))) << "RFC 7519 §2 allows fractions";
  EXPECT_TRUE(check(with("exp", 253402300799)));
}

TEST(IdToken, O6_TheNonceMustBeTheOneThatWasSent) {
  expect_refused(with("nonce", "n-0S6_WzA2Mk"), "of another login (nonce)");
  expect_refused(with("nonce", "n-0S6_WzA2Mj "), "of another login (nonce)");
  expect_refused(with("nonce", 7), "nonce is missing");
  expect_refused(with("nonce", ""), "nonce is missing");
  expect_refused(without("nonce"), "nonce is missing");
}

TEST(IdToken, O6_WhereNoneWasSentTheNonceIsNotLookedAt) {
  auto asked = expected();
  asked.nonce = "";
  EXPECT_TRUE(check(without("nonce"), asked));
  EXPECT_TRUE(check(good_claims(), asked));
}

// OIDC Core §A.3: the access token of the example and its at_hash.
TEST(IdToken, O7_TheHashMustBeThatOfTheAccessToken) {
  const secret token("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y");
  auto asked = expected();
  asked.access_token = &token;
  EXPECT_TRUE(check(with("at_hash", "77QmUPtjPfzWtF2AnpK9RQ"), asked));
  EXPECT_TRUE(check(good_claims(), asked)) << "it may be missing";
  expect_refused(with("at_hash", "77QmUPtjPfzWtF2AnpK9RA"), "of another access token", asked);
  expect_refused(with("at_hash", "77QmUPtjPfzWtF2AnpK9RQ=="), "of another access token", asked);
  expect_refused(with("at_hash", ""), "at_hash is missing, empty", asked);
  expect_refused(with("at_hash", nullptr), "at_hash is missing, empty", asked);
  EXPECT_TRUE(check(with("at_hash", "wrong"))) << "no access token came with it";
}

// What openssl dgst -sha512 says of the same token, first half: Ed25519 hashes with SHA-512.
TEST(IdToken, O7_TheHashIsThatOfTheSignaturesAlgorithm) {
  const secret token("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y");
  auto asked = expected();
  asked.access_token = &token;
  const auto checked = [&](const char* hash) {
    return check_id_token(jws({{"alg", "EdDSA"}}, with("at_hash", hash).dump(), ed25519_key()), published(), asked);
  };
  EXPECT_TRUE(checked("q7nS86GgvvFaZkzALLWqJYaJIKw2wCDAVfCAsm5CrBM"));
  EXPECT_FALSE(checked("77QmUPtjPfzWtF2AnpK9RQ"));
}

TEST(IdToken, TheSubjectIsThereAndWithinItsBound) {
  EXPECT_TRUE(check(with("sub", std::string(255, 's'))));
  expect_refused(with("sub", std::string(256, 's')), "longer than 255");
  expect_refused(with("sub", "J\xC3\xB6rg"), "not all ASCII");
  expect_refused(with("sub", "a\nb"), "not all ASCII");
  expect_refused(with("sub", "a\x7F"), "not all ASCII");
  expect_refused(with("sub", ""), "sub is missing");
  expect_refused(with("sub", 24400320), "sub is missing");
  expect_refused(without("sub"), "sub is missing");
}

TEST(IdToken, ARefreshMustBeOfThePersonWhoLoggedIn) {
  auto asked = expected();
  asked.nonce = "";
  asked.subject = "24400320";
  EXPECT_TRUE(check(without("nonce"), asked));
  asked.subject = "24400321";
  expect_refused(without("nonce"), "of another person", asked);
}

TEST(IdToken, TheFirstThingThatIsWrongIsTold) {
  json claims = with("iss", "https://evil.example");
  claims["aud"] = "another";
  expect_refused(claims, "of another issuer");
}

TEST(IdToken, WhatItSaysOfOthersIsEscapedAndCut) {
  const auto checked = check(with("iss", "https://evil.example/\x1B[31m" + std::string(500, 'x')));
  ASSERT_FALSE(checked);
  EXPECT_THAT(checked.error().message, HasSubstr("\\x1B[31m"));
  EXPECT_LT(checked.error().message.size(), 200U);
}

TEST(IdToken, NoMessageQuotesTheToken) {
  const secret token = token_of(with("nonce", "wrong"));
  const auto checked = check_id_token(token, published(), expected());
  ASSERT_FALSE(checked);
  for (const auto part : {token.reveal().substr(0, 16), token.reveal().substr(40, 16)})
    EXPECT_THAT(checked.error().message, Not(HasSubstr(std::string(part))));
}

}  // namespace
}  // namespace latchkey
