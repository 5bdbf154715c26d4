#include "core/jwk_set.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/limits.h"
#include "tests/core/id_token_builders.h"

namespace latchkey {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using namespace testing_issuer;

jwk_set read(const json& keys) {
  const auto set = parse_jwk_set(json{{"keys", keys}}.dump());
  EXPECT_TRUE(set) << set.error().message;
  return set ? *set : jwk_set{};
}

json with(json key, const char* name, json value) {
  key[name] = std::move(value);
  return key;
}

// Not used, and the log hears why.
void expect_warned(const json& key, const std::string& why) {
  const auto set = read(json::array({key, p256_key().jwk("good")}));
  ASSERT_EQ(set.keys.size(), 1U) << key;
  EXPECT_EQ(set.keys[0].kid, "good");
  EXPECT_THAT(set.warnings, ElementsAre(HasSubstr(why))) << key;
}

// For others: not used, and not worth a word.
void expect_passed_over(const json& key) {
  const auto set = read(json::array({key, p256_key().jwk("good")}));
  ASSERT_EQ(set.keys.size(), 1U) << key;
  EXPECT_EQ(set.keys[0].kid, "good");
  EXPECT_THAT(set.warnings, IsEmpty()) << key;
}

TEST(JwkSet, KeysOfEachTypeComeInTheirOrder) {
  const auto set = read({with(rsa_key().jwk("r1"), "alg", "RS256"), with(p256_key().jwk(""), "use", "sig"),
                         with(ed25519_key().jwk("e1"), "key_ops", {"verify"})});
  ASSERT_EQ(set.keys.size(), 3U);
  EXPECT_THAT(set.warnings, IsEmpty());
  EXPECT_EQ(set.keys[0].kid, "r1");
  EXPECT_EQ(set.keys[0].alg, "RS256");
  EXPECT_TRUE(set.keys[0].key.fits(signature_algorithm::rs256));
  EXPECT_EQ(set.keys[1].kid, "");
  EXPECT_EQ(set.keys[1].alg, "");
  EXPECT_TRUE(set.keys[1].key.fits(signature_algorithm::es256));
  EXPECT_TRUE(set.keys[2].key.fits(signature_algorithm::eddsa));
}

TEST(JwkSet, WhatElseStandsInAKeyDoesNotMatter) {
  const json key = with(with(rsa_key().jwk("r1"), "x5c", {"MIIB"}), "issuer", {{"name", nullptr}});
  EXPECT_EQ(read(json::array({key})).keys.size(), 1U);
  EXPECT_EQ(parse_jwk_set(R"({"keys":[],"more":[[{}]]})").value().keys.size(), 0U);
}

TEST(JwkSet, D7_KeysOfUnknownTypesAndForOtherUsesArePassedOver) {
  expect_passed_over({{"kty", "AKP"}, {"pub", "AAAA"}, {"alg", "ML-DSA-44"}});
  expect_passed_over({{"kty", "OKP"}, {"crv", "X25519"}, {"x", "AAAA"}});
  expect_passed_over({{"kty", "EC"}, {"crv", "P-521"}, {"x", "AAAA"}, {"y", "AAAA"}});
  expect_passed_over({{"kty", "EC"}, {"x", "AAAA"}, {"y", "AAAA"}});
  expect_passed_over({{"kid", "without a type"}});
  expect_passed_over(json::object());
  expect_passed_over(with(rsa_key().jwk("r1"), "use", "enc"));
  expect_passed_over(with(rsa_key().jwk("r1"), "alg", "RSA-OAEP-256"));
  expect_passed_over(with(rsa_key().jwk("r1"), "alg", "RS512"));
  expect_passed_over(with(rsa_key().jwk("r1"), "key_ops", {"wrapKey"}));
  expect_passed_over(with(rsa_key().jwk("r1"), "key_ops", json::array()));
  expect_passed_over(with(rsa_key().jwk("r1"), "key_ops", 7));
}

TEST(JwkSet, D7_AKeyWithItsPrivateHalfIsNotUsedAndWarnedOf) {
  for (const char* member : {"d", "p", "q", "dp", "dq", "qi", "oth"}) {
    expect_warned(with(rsa_key().jwk("r1"), member, "c2VjcmV0"), "the key \"r1\" in the issuer's key set is not used");
    expect_warned(with(rsa_key().jwk("r1"), member, nullptr), "its private half stands there");
  }
  expect_warned(with(p256_key().jwk("p1"), "d", "c2VjcmV0"), "its private half stands there");
  expect_warned(with(ed25519_key().jwk(""), "d", "c2VjcmV0"), "a key without kid in the issuer's key set is not used");
  expect_warned(with(with(rsa_key().jwk("r1"), "d", "c2VjcmV0"), "use", "enc"), "its private half stands there");
  expect_warned({{"kty", "oct"}, {"k", "c2VjcmV0"}}, "it is a shared secret");
  expect_warned({{"kty", "oct"}}, "it is a shared secret");
  const auto set = read(json::array({with(p256_key().jwk("p1"), "d", "c2VjcmV0")}));
  EXPECT_THAT(set.warnings, ElementsAre(Not(HasSubstr("c2VjcmV0"))));
}

TEST(JwkSet, D7_TwoKeysOfOneNameAreBothTried) {
  const auto second = issuer_key::p256();
  const auto set = read({p256_key().jwk("same"), second.jwk("same"), rsa_key().jwk("same")});
  EXPECT_EQ(set.keys.size(), 3U);
  const json header = {{"alg", "ES256"}, {"kid", "same"}};
  for (const auto& key : {p256_key(), second})
    EXPECT_TRUE(check_id_token(jws(header, good_claims().dump(), key), set, expected()));
  EXPECT_TRUE(
      check_id_token(jws({{"alg", "PS256"}, {"kid", "same"}}, good_claims().dump(), rsa_key()), set, expected()));
  const auto other = check_id_token(jws(header, good_claims().dump(), issuer_key::p256()), set, expected());
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().code, errc::provider_error);
}

TEST(JwkSet, ADamagedKeyIsWarnedOfAndTheOthersAreUsed) {
  const json rsa = rsa_key().jwk("r1");
  expect_warned(with(rsa, "n", "AQAB"), "it has 17 bits");
  expect_warned(with(rsa, "n", "A+/="), "its n is not base64url");
  expect_warned(with(rsa, "n", ""), "its n is missing");
  expect_warned(with(rsa, "n", 7), "its n is not a string");
  expect_warned(with(rsa, "e", "AQ"), "its exponent is");
  expect_warned(with(rsa, "e", ""), "its e is missing");
  expect_warned(with(rsa, "e", "*"), "its e is not base64url");
  expect_warned(with(rsa, "alg", "ES256"), "do not fit each other");
  expect_warned(with(p256_key().jwk("p1"), "y", p256_key().jwk("")["x"]), "no point of P-256");
  expect_warned(with(p256_key().jwk("p1"), "x", "AAAA"), "32 bytes each");
  expect_warned(with(ed25519_key().jwk("e1"), "x", "AAAA"), "32 bytes of an Ed25519 key");
  for (const char* member : {"kty", "use", "alg", "kid"})
    expect_warned(with(rsa, member, {"RSA"}), std::string("its ") + member + " is not a string");
  expect_warned("RSA", "it is no JSON object");
}

TEST(JwkSet, AWarningShowsTheNameEscapedAndCut) {
  const auto set = read(json::array({with(p256_key().jwk("\x1B[2J" + std::string(500, 'x')), "x", "AAAA")}));
  ASSERT_EQ(set.warnings.size(), 1U);
  EXPECT_THAT(set.warnings[0], HasSubstr("\\x1B[2J"));
  EXPECT_LT(set.warnings[0].size(), 200U);
}

void expect_unusable(const std::string& body, const char* why) {
  const auto set = parse_jwk_set(body);
  ASSERT_FALSE(set) << body.substr(0, 100);
  EXPECT_EQ(set.error().code, errc::provider_error);
  EXPECT_THAT(set.error().message, HasSubstr(why));
}

TEST(JwkSet, WhatIsNoKeySetIsRefused) {
  expect_unusable("", "is not JSON");
  expect_unusable("<html>", "is not JSON");
  for (const char* body : {"[]", "{}", "null", R"({"keys":{}})", R"({"keys":"none"})"})
    expect_unusable(body, "no JSON object with a list of keys");
  expect_unusable(R"({"keys":[],"keys":[]})", "twice");
}

TEST(JwkSet, ASetIsReadUpToItsBounds) {
  const std::string key = p256_key().jwk("p1").dump();
  std::string many = R"({"keys":[)" + key;
  for (std::size_t i = 1; i < limits::jwk_set_keys; ++i) many += "," + key;
  EXPECT_EQ(parse_jwk_set(many + "]}").value().keys.size(), limits::jwk_set_keys);
  expect_unusable(many + "," + key + "]}", "more than 100 keys");
  const std::string set = R"({"keys":[]})";
  EXPECT_TRUE(parse_jwk_set(set + std::string(limits::jwk_set_bytes - set.size(), ' ')));
  expect_unusable(set + std::string(limits::jwk_set_bytes - set.size() + 1, ' '), "larger than 256 KiB");
  expect_unusable(R"({"keys":)" + std::string(100'000, '['), "nests deeper");
}

}  // namespace
}  // namespace latchkey
