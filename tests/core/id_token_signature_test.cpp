// Who signed an ID token, and whether it is one at all.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/limits.h"
#include "tests/core/id_token_builders.h"

namespace latchkey {
namespace {

using testing::HasSubstr;
using namespace testing_issuer;

result<id_token_claims> check(const secret& token, const jwk_set& keys = published()) {
  return check_id_token(token, keys, expected());
}

void expect_refused(const secret& token, const std::string& reason, const jwk_set& keys = published()) {
  const auto checked = check(token, keys);
  ASSERT_FALSE(checked) << token.reveal();
  EXPECT_EQ(checked.error().code, errc::provider_error) << token.reveal();
  EXPECT_THAT(checked.error().message, HasSubstr(reason)) << token.reveal();
}

// The header says what it likes; the signature is by `key` with `alg`.
secret signed_with(const json& header, const std::string& alg, const issuer_key& key) {
  const std::string signed_part = encoded(header.dump()) + "." + encoded(good_claims().dump());
  return secret(signed_part + "." + encoded(key.sign(alg, signed_part)));
}

jwk_set set_of(const json& keys) {
  return parse_jwk_set(json{{"keys", keys}}.dump()).value();
}

TEST(IdTokenSignature, EachAlgorithmThatIsTakenIsBelieved) {
  EXPECT_TRUE(check(signed_with({{"alg", "RS256"}, {"kid", "r1"}}, "RS256", rsa_key())));
  EXPECT_TRUE(check(signed_with({{"alg", "PS256"}, {"kid", "r1"}}, "PS256", rsa_key())));
  EXPECT_TRUE(check(signed_with({{"alg", "ES256"}, {"kid", "p1"}}, "ES256", p256_key())));
  EXPECT_TRUE(check(signed_with({{"alg", "EdDSA"}, {"kid", "e1"}}, "EdDSA", ed25519_key())));
}

TEST(IdTokenSignature, WithoutKidEveryKeyThatFitsIsTried) {
  const auto last = issuer_key::p256();
  const auto keys = set_of({rsa_key().jwk("r1"), p256_key().jwk("p1"), ed25519_key().jwk(""), last.jwk("p2")});
  for (const json& header : {json{{"alg", "ES256"}}, json{{"alg", "ES256"}, {"kid", ""}}})
    EXPECT_TRUE(check(signed_with(header, "ES256", last), keys));
}

TEST(IdTokenSignature, O1_AnUnsignedTokenIsRefused) {
  const std::string claims = encoded(good_claims().dump());
  for (const char* alg : {"none", "None", "NONE", "nOnE", ""}) {
    const std::string header = encoded(json{{"alg", alg}}.dump());
    expect_refused(secret(header + "." + claims + "."), "it is signed with \"" + std::string(alg) + "\"");
  }
  expect_refused(secret(encoded(R"({"alg":"ES256","kid":"p1"})") + "." + claims + "."), "its signature is not that of");
}

TEST(IdTokenSignature, O2_ASharedSecretIsNoKeyAndThePublicKeyNoSharedSecret) {
  const std::string public_half = rsa_key().jwk("r1").dump();
  const std::string signed_part = encoded(R"({"alg":"HS256","kid":"r1"})") + "." + encoded(good_claims().dump());
  std::string mac(32, '\0');
  std::size_t length = mac.size();
  EVP_Q_mac(nullptr, "HMAC", nullptr, "SHA256", nullptr, public_half.data(), public_half.size(),
            reinterpret_cast<const unsigned char*>(signed_part.data()), signed_part.size(),
            reinterpret_cast<unsigned char*>(mac.data()), mac.size(), &length);
  ASSERT_EQ(length, 32U);
  expect_refused(secret(signed_part + "." + encoded(mac)), "it is signed with \"HS256\"");
}

TEST(IdTokenSignature, O2_TheTypeOfTheKeyMustFitTheAlgorithm) {
  expect_refused(signed_with({{"alg", "RS256"}, {"kid", "p1"}}, "RS256", rsa_key()),
                 "not that of the issuer's key \"p1\"");
  expect_refused(signed_with({{"alg", "ES256"}, {"kid", "r1"}}, "ES256", p256_key()),
                 "not that of the issuer's key \"r1\"");
  for (const char* alg : {"RS384", "RS512", "ES384", "ES256K", "rs256", "EDDSA", "RS256 ", "HS512", "RSA-OAEP"})
    expect_refused(signed_with({{"alg", alg}, {"kid", "r1"}}, "RS256", rsa_key()), "it is signed with");
}

TEST(IdTokenSignature, O2_AKeyIsForItsOwnAlgorithmAlone) {
  json key = rsa_key().jwk("r1");
  key["alg"] = "PS256";
  EXPECT_TRUE(check(signed_with({{"alg", "PS256"}, {"kid", "r1"}}, "PS256", rsa_key()), set_of({key, key})));
  expect_refused(signed_with({{"alg", "RS256"}, {"kid", "r1"}}, "RS256", rsa_key()), "not that of", set_of({key, key}));
}

TEST(IdTokenSignature, O8_ASignatureOfAnotherKeyIsRefused) {
  const auto other = issuer_key::p256();
  expect_refused(signed_with({{"alg", "ES256"}, {"kid", "p1"}}, "ES256", other), "not that of the issuer's key \"p1\"");
  // The key of the same set that the token does not name.
  const auto keys = set_of({p256_key().jwk("p1"), other.jwk("p2")});
  expect_refused(signed_with({{"alg", "ES256"}, {"kid", "p1"}}, "ES256", other), "not that of", keys);
}

TEST(IdTokenSignature, O8_AKeyThatTheTokenBringsAlongIsNeverUsed) {
  const auto other = issuer_key::p256();
  const json header = {{"alg", "ES256"}, {"kid", "p1"}, {"jwk", other.jwk("p1")}, {"jku", "https://evil.example/keys"}};
  expect_refused(signed_with(header, "ES256", other), "not that of the issuer's key \"p1\"");
}

TEST(IdTokenSignature, O8_WhatWasChangedAfterwardsIsRefused) {
  const secret good = token_of(good_claims());
  ASSERT_TRUE(check(good));
  const std::string text(good.reveal());
  json claims = good_claims();
  claims["sub"] = "1";
  expect_refused(secret(text.substr(0, text.find('.') + 1) + encoded(claims.dump()) + text.substr(text.rfind('.'))),
                 "not that of the issuer's key");
  std::string broken = text;
  broken[text.rfind('.') + 10] = text[text.rfind('.') + 10] == 'A' ? 'B' : 'A';
  expect_refused(secret(broken), "not that of the issuer's key");
}

// The daemon looks for new keys on this and on nothing else.
TEST(IdTokenSignature, AKeyThatIsNotThereIsToldApart) {
  const auto unknown = check(signed_with({{"alg", "ES256"}, {"kid", "p\n9"}}, "ES256", p256_key()));
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().code, errc::temporarily_unavailable);
  EXPECT_THAT(unknown.error().message, HasSubstr("no key \"p\\x0A9\""));
  const auto unnamed = check(signed_with({{"alg", "ES256"}}, "ES256", issuer_key::p256()));
  ASSERT_FALSE(unnamed);
  EXPECT_EQ(unnamed.error().code, errc::temporarily_unavailable);
  EXPECT_THAT(unnamed.error().message, HasSubstr("none of the issuer's keys"));
  const auto none = check(token_of(good_claims()), jwk_set{});
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, errc::temporarily_unavailable);
}

TEST(IdTokenSignature, O10_AnExtensionThatMustBeUnderstoodIsRefused) {
  for (const json& crit : {json({"exp"}), json({"b64"}), json::array(), json(nullptr), json("x")})
    expect_refused(signed_with({{"alg", "ES256"}, {"kid", "p1"}, {"crit", crit}, {"b64", false}}, "ES256", p256_key()),
                   "(crit)");
}

TEST(IdTokenSignature, O11_WhatDoesNotHaveThreePartsIsRefused) {
  for (const char* text : {"", "a", "a.b", "a.b.c.d", "a.b.c.d.e.f"}) expect_refused(secret(text), "three parts");
  expect_refused(secret("a.b.c.d.e"), "it is encrypted");
  expect_refused(secret(std::string(limits::token_bytes, 'a')), "three parts");
  expect_refused(secret(std::string(limits::token_bytes + 1, 'a')), "larger than 64 KiB");
  expect_refused(secret(".."), "its header is not JSON");
}

TEST(IdTokenSignature, O11_EachPartMustBeBase64UrlWithoutPadding) {
  const std::string text(token_of(good_claims()).reveal());
  const auto first = text.find('.');
  const auto last = text.rfind('.');
  for (const char* bad : {"=", "==", "+", "/", " ", "\n", "*", "A"}) {
    std::string broken = text;
    expect_refused(secret(broken.insert(first, bad)), "its header is not");
    broken = text;
    expect_refused(secret(broken.insert(text.size(), bad)), "its signature is not");
    // The second part is looked at after the signature, so it has to be a good one.
    const std::string signed_part = text.substr(0, last) + bad + (*bad == 'A' ? "AAA" : "");
    const auto checked = check(secret(signed_part + "." + encoded(p256_key().sign("ES256", signed_part))));
    EXPECT_FALSE(checked) << bad;
  }
}

TEST(IdTokenSignature, O11_HeaderAndClaimsMustBeJsonObjects) {
  const json header = {{"alg", "ES256"}, {"kid", "p1"}};
  for (const char* claims : {"", "[]", "7", "{", R"({"sub":"a","sub":"b"})"})
    expect_refused(jws(header, claims, p256_key()), "its second part");
  for (const char* bad : {"[]", "null", "{", R"({"alg":"none","alg":"ES256"})"})
    expect_refused(secret(encoded(bad) + ".e30.AAAA"), "its header");
  for (const char* bad : {"{}", R"({"alg":7})", R"({"alg":null})", R"({"alg":"ES256","kid":7})"})
    expect_refused(secret(encoded(bad) + ".e30.AAAA"), "alg is missing in its header, or kid");
}

TEST(IdTokenSignature, TheHeaderTellsWhichKeyIsNeeded) {
  const auto header = id_token_header_of(token_of(good_claims()));
  ASSERT_TRUE(header);
  EXPECT_EQ(header->alg, "ES256");
  EXPECT_EQ(header->kid, "p1");
  EXPECT_EQ(id_token_header_of(jws({{"alg", "EdDSA"}}, "{}", ed25519_key())).value().kid, "");
  EXPECT_FALSE(id_token_header_of(secret("a.b")));
  EXPECT_FALSE(id_token_header_of(secret(encoded(R"({"alg":"none"})") + ".e30.")));
}

}  // namespace
}  // namespace latchkey
