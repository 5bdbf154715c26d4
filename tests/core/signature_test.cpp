#include "core/signature.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/err.h>

#include "core/limits.h"
#include "tests/core/id_token_builders.h"

namespace latchkey {
namespace {

using testing::HasSubstr;
using namespace std::string_literals;
using namespace testing_issuer;

std::string decoded(std::string_view text) {
  return base64url_decode("text", text).value();
}

// RFC 7515 §A.2.
constexpr const char* published_modulus =
    "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-"
    "pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2Cap"
    "Hg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h"
    "4FRWyuXpoQ";
constexpr const char* published_claims =
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
// RFC 7515 §A.3.
constexpr const char* published_x = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU";
constexpr const char* published_y = "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0";

public_key public_half(const issuer_key& key) {
  const json set = {{"keys", json::array({key.jwk("")})}};
  return parse_jwk_set(set.dump()).value().keys.at(0).key;
}

TEST(Signature, TheExamplesOfTheRfcsAreGood) {
  const auto rsa = public_key::rsa(decoded(published_modulus), decoded("AQAB")).value();
  const std::string claims = std::string(".") + published_claims;
  EXPECT_TRUE(
      rsa.verifies(signature_algorithm::rs256, "eyJhbGciOiJSUzI1NiJ9" + claims,
                   decoded("cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_"
                           "O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARN"
                           "PvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1"
                           "phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw")));
  const auto p256 = public_key::p256(decoded(published_x), decoded(published_y)).value();
  EXPECT_TRUE(
      p256.verifies(signature_algorithm::es256, "eyJhbGciOiJFUzI1NiJ9" + claims,
                    decoded("DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q")));
  // RFC 8037 §A.4.
  const auto ed25519 = public_key::ed25519(decoded("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo")).value();
  EXPECT_TRUE(ed25519.verifies(
      signature_algorithm::eddsa, "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc",
      decoded("hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg")));
}

struct one_way {
  signature_algorithm algorithm;
  const char* name;
  const issuer_key& key;
};

std::vector<one_way> all_ways() {
  return {{signature_algorithm::rs256, "RS256", rsa_key()},
          {signature_algorithm::ps256, "PS256", rsa_key()},
          {signature_algorithm::es256, "ES256", p256_key()},
          {signature_algorithm::eddsa, "EdDSA", ed25519_key()}};
}

TEST(Signature, HoldsForItsTextItsKeyAndItsAlgorithmAlone) {
  for (const auto& way : all_ways()) {
    const auto key = public_half(way.key);
    const std::string signature = way.key.sign(way.name, "text");
    EXPECT_EQ(signature_algorithm_of(way.name), way.algorithm);
    EXPECT_TRUE(key.verifies(way.algorithm, "text", signature)) << way.name;
    EXPECT_FALSE(key.verifies(way.algorithm, "texT", signature)) << way.name;
    EXPECT_FALSE(key.verifies(way.algorithm, "", signature)) << way.name;
    for (const auto& other : all_ways()) {
      if (other.algorithm == way.algorithm) continue;
      EXPECT_FALSE(key.verifies(other.algorithm, "text", signature)) << way.name << other.name;
      EXPECT_FALSE(public_half(other.key).verifies(other.algorithm, "text", signature)) << way.name << other.name;
      EXPECT_EQ(key.fits(other.algorithm), &other.key == &way.key) << way.name << other.name;
    }
  }
  EXPECT_FALSE(
      public_half(issuer_key::p256()).verifies(signature_algorithm::es256, "t", p256_key().sign("ES256", "t")));
}

TEST(Signature, AnyBitThatIsNotTheSignersSpoilsIt) {
  for (const auto& way : all_ways()) {
    const auto key = public_half(way.key);
    const std::string signature = way.key.sign(way.name, "text");
    for (std::size_t at = 0; at < signature.size(); at += 7) {
      std::string broken = signature;
      broken[at] = static_cast<char>(broken[at] ^ 1);
      EXPECT_FALSE(key.verifies(way.algorithm, "text", broken)) << way.name << " byte " << at;
    }
  }
}

TEST(Signature, AnyOtherLengthIsNone) {
  for (const auto& way : all_ways()) {
    const auto key = public_half(way.key);
    const std::string signature = way.key.sign(way.name, "text");
    for (const std::string& other : {std::string(), signature.substr(1), signature.substr(0, signature.size() - 1),
                                     signature + '\0', '\0' + signature, signature + signature})
      EXPECT_FALSE(key.verifies(way.algorithm, "text", other)) << way.name << " " << other.size();
  }
}

// OpenSSL takes a short signature by PSS as one whose first bytes are zero; one in 256 has such a byte.
TEST(Signature, ASignatureByPssWithoutItsLeadingZeroIsNone) {
  const auto key = public_half(rsa_key());
  std::string signature;
  for (int i = 0; i < 20'000 && (signature.empty() || signature[0] != '\0'); ++i)
    signature = rsa_key().sign("PS256", "t");
  ASSERT_EQ(signature[0], '\0');
  EXPECT_TRUE(key.verifies(signature_algorithm::ps256, "t", signature));
  EXPECT_FALSE(key.verifies(signature_algorithm::ps256, "t", signature.substr(1)));
}

TEST(Signature, ByPssTheSaltHasTheLengthOfTheDigest) {
  const auto key = public_half(rsa_key());
  for (const int salt : {0, 20, 31, 33})
    EXPECT_FALSE(key.verifies(signature_algorithm::ps256, "text", rsa_key().sign("PS256", "text", salt))) << salt;
}

TEST(Signature, ZerosAreNoSignatureByEcdsa) {
  const auto key = public_half(p256_key());
  EXPECT_FALSE(key.verifies(signature_algorithm::es256, "text", std::string(64, '\0')));
  EXPECT_FALSE(key.verifies(signature_algorithm::es256, "text", std::string(64, '\xFF')));
  const std::string good = p256_key().sign("ES256", "text");
  EXPECT_FALSE(key.verifies(signature_algorithm::es256, "text", good.substr(0, 32) + std::string(32, '\0')));
}

// By OpenSSL's own rules a key of P-256 verifies it: SHA-256, in DER, and here as long as such a key says at most.
TEST(Signature, ASignatureByTheRightKeyIsNoneUnderAnAlgorithmOfAnotherKindOfKey) {
  const auto key = public_half(p256_key());
  constexpr std::size_t longest_der = 72;
  std::string der;
  for (int i = 0; i < 1000 && der.size() != longest_der; ++i) der = p256_key().sign("DER", "text");
  ASSERT_EQ(der.size(), longest_der);
  EXPECT_FALSE(key.verifies(signature_algorithm::rs256, "text", der));
}

// Whoever uses OpenSSL next, TLS above all, would take what is left there for its own.
TEST(Signature, WhatIsRefusedLeavesNoErrorBehind) {
  ERR_clear_error();
  EXPECT_FALSE(public_key::p256(std::string(32, '\xFF'), decoded(published_y)));
  EXPECT_EQ(ERR_peek_error(), 0U);
  EXPECT_FALSE(public_key::ed25519("short"));
  EXPECT_EQ(ERR_peek_error(), 0U);
  for (const auto& way : all_ways()) {
    const auto key = public_half(way.key);
    EXPECT_FALSE(key.verifies(way.algorithm, "text", std::string(way.key.sign(way.name, "text").size(), 'x')));
    EXPECT_EQ(ERR_peek_error(), 0U) << way.name;
  }
}

TEST(Signature, NoOtherNameIsAnAlgorithmsName) {
  for (const char* name : {"", "none", "HS256", "RS384", "rs256", "ES512", "Ed25519", "EDDSA", "RS256\n"})
    EXPECT_FALSE(signature_algorithm_of(name)) << name;
}

void expect_unfit(const result<public_key>& made, const char* why) {
  ASSERT_FALSE(made) << why;
  EXPECT_EQ(made.error().code, errc::provider_error);
  EXPECT_THAT(made.error().message, HasSubstr(why));
}

// An odd number of `bits` bits; that it is no product of two primes does not matter here.
std::string odd_number(std::size_t bits) {
  std::string number(bits / 8, '\xFF');
  return bits % 8 == 0 ? number : static_cast<char>((1 << (bits % 8)) - 1) + number;
}

TEST(PublicKey, AnRsaKeyHasAModulusAndAnExponentWithinBounds) {
  const std::string e = "\x01\x00\x01"s;
  EXPECT_TRUE(public_key::rsa(odd_number(2048), e));
  EXPECT_TRUE(public_key::rsa(odd_number(8192), e));
  EXPECT_TRUE(public_key::rsa('\0' + odd_number(2048), e)) << "a zero before it changes no number";
  expect_unfit(public_key::rsa(odd_number(2047), e), "it has 2047 bits; 2048 to 8192");
  expect_unfit(public_key::rsa(odd_number(8193), e), "it has 8193 bits");
  expect_unfit(public_key::rsa("", e), "it has 0 bits");
  expect_unfit(public_key::rsa(odd_number(2040) + '\xFE', e), "its modulus is even");
  EXPECT_TRUE(public_key::rsa(odd_number(2048), "\x03"));
  EXPECT_TRUE(public_key::rsa(odd_number(2048), odd_number(limits::rsa_exponent_bits)));
  for (const std::string& bad :
       {std::string(), "\x01"s, "\x02"s, std::string(1, '\0'), odd_number(33), odd_number(2048)})
    expect_unfit(public_key::rsa(odd_number(2048), bad), "its exponent is even, 1 or longer than 32 bits");
}

TEST(PublicKey, AKeyOfP256IsAPointOfTheCurve) {
  const std::string x = decoded(published_x);
  const std::string y = decoded(published_y);
  EXPECT_TRUE(public_key::p256(x, y));
  expect_unfit(public_key::p256(y, x), "no point of P-256");
  expect_unfit(public_key::p256(std::string(32, '\0'), std::string(32, '\0')), "no point of P-256");
  expect_unfit(public_key::p256(std::string(32, '\xFF'), y), "no point of P-256");
  for (const std::string& bad : {std::string(), x.substr(1), x + '\0', '\0' + x}) {
    expect_unfit(public_key::p256(bad, y), "32 bytes each");
    expect_unfit(public_key::p256(x, bad), "32 bytes each");
  }
  expect_unfit(public_key::p256(x.substr(0, 31), x.substr(31) + y), "32 bytes each");
  expect_unfit(public_key::p256(x + y.substr(0, 1), y.substr(1)), "32 bytes each");
}

TEST(PublicKey, AKeyOfEd25519Has32Bytes) {
  for (const std::size_t size : {0U, 31U, 33U, 57U})
    expect_unfit(public_key::ed25519(std::string(size, 'x')), "32 bytes of an Ed25519 key");
}

}  // namespace
}  // namespace latchkey
