#include "core/dpop.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <pty.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <nlohmann/json.hpp>

#include "core/base64.h"
#include "tests/core/key_files.h"

namespace latchkey {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

struct decoded_proof {
  json header;
  json payload;
  std::string signed_part;
  std::string signature;
};

decoded_proof decode(const std::string& proof) {
  const auto first = proof.find('.');
  const auto second = proof.find('.', first + 1);
  const auto part = [&](std::size_t from, std::size_t to) {
    return base64url_decode("part", std::string_view(proof).substr(from, to - from)).value();
  };
  return {json::parse(part(0, first)), json::parse(part(first + 1, second)), proof.substr(0, second),
          part(second + 1, proof.size())};
}

// As a server does: with the public key that stands in the header.
bool verifies(const decoded_proof& proof) {
  std::string point = "\x04";
  point += base64url_decode("x", proof.header.at("jwk").at("x").get<std::string>()).value();
  point += base64url_decode("y", proof.header.at("jwk").at("y").get<std::string>()).value();
  OSSL_PARAM_BLD* build = OSSL_PARAM_BLD_new();
  OSSL_PARAM_BLD_push_utf8_string(build, OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0);
  OSSL_PARAM_BLD_push_octet_string(build, OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size());
  OSSL_PARAM* parameters = OSSL_PARAM_BLD_to_param(build);
  EVP_PKEY_CTX* making = EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr);
  EVP_PKEY* key = nullptr;
  EXPECT_EQ(EVP_PKEY_fromdata_init(making), 1);
  EXPECT_EQ(EVP_PKEY_fromdata(making, &key, EVP_PKEY_PUBLIC_KEY, parameters), 1);

  const auto* bytes = reinterpret_cast<const unsigned char*>(proof.signature.data());
  ECDSA_SIG* numbers = ECDSA_SIG_new();
  ECDSA_SIG_set0(numbers, BN_bin2bn(bytes, 32, nullptr), BN_bin2bn(bytes + 32, 32, nullptr));
  unsigned char* der = nullptr;
  const int length = i2d_ECDSA_SIG(numbers, &der);
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  EVP_DigestVerifyInit(context, nullptr, EVP_sha256(), nullptr, key);
  const int verdict =
      EVP_DigestVerify(context, der, static_cast<std::size_t>(length),
                       reinterpret_cast<const unsigned char*>(proof.signed_part.data()), proof.signed_part.size());
  EVP_MD_CTX_free(context);
  OPENSSL_free(der);
  ECDSA_SIG_free(numbers);
  EVP_PKEY_free(key);
  EVP_PKEY_CTX_free(making);
  OSSL_PARAM_free(parameters);
  OSSL_PARAM_BLD_free(build);
  return verdict == 1;
}

dpop_claims claims() {
  dpop_claims made;
  made.method = "POST";
  made.url = "https://server.example.com/token";
  made.jti = "-BwC3ESc6acc2lTc";
  made.issued_at = wall_time(seconds(1562262616));
  return made;
}

TEST(Dpop, AProofSaysWhatItIsForAndVerifies) {
  const auto proof = decode(dpop_key::generate().proof(claims()));
  EXPECT_EQ(proof.header.at("typ"), "dpop+jwt");
  EXPECT_EQ(proof.header.at("alg"), "ES256");
  EXPECT_EQ(proof.header.at("jwk").size(), 4U) << "the private half must not be there";
  EXPECT_EQ(proof.payload, (json{{"jti", "-BwC3ESc6acc2lTc"},
                                 {"htm", "POST"},
                                 {"htu", "https://server.example.com/token"},
                                 {"iat", 1562262616}}));
  EXPECT_EQ(proof.signature.size(), 64U);
  EXPECT_TRUE(verifies(proof));
  auto altered = proof;
  altered.signed_part.back() = altered.signed_part.back() == 'A' ? 'B' : 'A';
  EXPECT_FALSE(verifies(altered));
}

TEST(Dpop, EverySignatureHas64BytesWhateverItsNumbers) {
  const auto key = dpop_key::generate();
  for (int i = 0; i < 300; ++i) EXPECT_TRUE(verifies(decode(key.proof(claims()))));
}

// RFC 9449 §7.1: the example's token and its hash.
TEST(Dpop, AProofForAResourceServerHasTheTokensHashAndTheServersNonce) {
  const secret token("Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU");
  auto asked = claims();
  asked.method = "GET";
  asked.url = "https://resource.example.org/protectedresource?page=2#top";
  asked.access_token = &token;
  asked.nonce = "eyJ7S_zG.eyJH0-Z.HX4w-7v";
  const auto payload = decode(dpop_key::generate().proof(asked)).payload;
  EXPECT_EQ(payload.at("ath"), "fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo");
  EXPECT_EQ(payload.at("htu"), "https://resource.example.org/protectedresource");
  EXPECT_EQ(payload.at("nonce"), "eyJ7S_zG.eyJH0-Z.HX4w-7v");
}

// The key of RFC 7515 §A.3 in PKCS#8; the thumbprint is SHA-256 of its required members (RFC 7638 §3).
TEST(Dpop, TheThumbprintIsThatOfTheKeysRequiredMembers) {
  const secret published(
      "-----BEGIN PRIVATE KEY-----\n"
      "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgjpsQnnGQmL+YBIff\n"
      "H1136cspYG6+0iY7X1fCE9+E9LKhRANCAAR/zc4ncPbEXUGDy+5v20t7WAczNXvp\n"
      "7xO6z248e9FURcfxRM0bvZt+hyzf7bnuufSzaV1uqQskrYpGIyiFiOWt\n"
      "-----END PRIVATE KEY-----\n");
  const auto key = dpop_key::read(published);
  ASSERT_TRUE(key);
  EXPECT_EQ(key->thumbprint(), "oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U");
  EXPECT_EQ(decode(key->proof(claims())).header.at("jwk"),
            (json{{"crv", "P-256"},
                  {"kty", "EC"},
                  {"x", "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"},
                  {"y", "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}}));
}

TEST(Dpop, AKeyComesBackFromItsText) {
  const auto key = dpop_key::generate();
  const auto again = dpop_key::read(key.text());
  ASSERT_TRUE(again);
  EXPECT_EQ(again->thumbprint(), key.thumbprint());
  EXPECT_NE(dpop_key::generate().thumbprint(), key.thumbprint());
}

TEST(Dpop, ADamagedKeyIsRefusedWithoutBeingQuoted) {
  for (const char* text : {"", "nonsense", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"}) {
    const auto read = dpop_key::read(secret(text));
    ASSERT_FALSE(read) << text;
    EXPECT_EQ(read.error().code, errc::internal);
    EXPECT_THAT(read.error().message, Not(HasSubstr("AAAA")));
  }
}

// On a terminal of its own, as OpenSSL would ask there whatever standard input is.
TEST(Dpop, NobodyIsAskedForThePassphraseOfAKeyThatIsEncrypted) {
  const secret encrypted(pem_block("ENCRYPTED PRIVATE KEY", with_rounds(1)));
  int terminal = -1;
  const pid_t child = ::forkpty(&terminal, nullptr, nullptr, nullptr);
  ASSERT_GE(child, 0);
  if (child == 0) ::_exit(dpop_key::read(encrypted) ? 1 : 0);
  std::array<char, 200> said{};
  EXPECT_LE(::read(terminal, said.data(), said.size() - 1), 0) << said.data();
  ::kill(child, SIGKILL);
  int status = 0;
  ::waitpid(child, &status, 0);
  ::close(terminal);
}

http_response response(unsigned status, std::vector<http_header> headers, std::string_view body = {}) {
  http_response made;
  made.status = status;
  made.headers = std::move(headers);
  made.body = secret(body);
  return made;
}

TEST(Dpop, AServerThatWantsItsNonceIsUnderstood) {
  const http_header nonce{"dpop-nonce", "n-1"};
  EXPECT_TRUE(wants_dpop_nonce(response(400, {nonce}, R"({"error":"use_dpop_nonce"})")));
  EXPECT_TRUE(wants_dpop_nonce(response(401, {nonce, {"WWW-Authenticate", "DPoP error=\"use_dpop_nonce\""}})));
  EXPECT_FALSE(wants_dpop_nonce(response(400, {}, R"({"error":"use_dpop_nonce"})"))) << "no nonce to use";
  EXPECT_FALSE(wants_dpop_nonce(response(400, {nonce}, R"({"error":"invalid_grant"})")));
  EXPECT_FALSE(wants_dpop_nonce(response(401, {nonce, {"WWW-Authenticate", "DPoP error=\"invalid_token\""}})));
  EXPECT_FALSE(wants_dpop_nonce(response(200, {nonce}, R"({"error":"use_dpop_nonce"})")));
}

TEST(Dpop, ANonceThatNoHeaderCouldCarryIsNone) {
  EXPECT_EQ(dpop_nonce_of(response(200, {{"DPoP-Nonce", "fresh"}})), "fresh");
  EXPECT_EQ(dpop_nonce_of(response(200, {})), "");
  EXPECT_EQ(dpop_nonce_of(response(200, {{"DPoP-Nonce", "two words"}})), "");
  EXPECT_EQ(dpop_nonce_of(response(200, {{"DPoP-Nonce", std::string(2000, 'n')}})), "");
}

}  // namespace
}  // namespace latchkey
