// An issuer for tests: keys made by OpenSSL, the JWKs of their public halves, and ID tokens signed with them. Written
// apart from core/, so that each side checks the other.
#pragma once

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "core/base64.h"
#include "core/id_token.h"

namespace latchkey::testing_issuer {

using nlohmann::json;

inline std::string encoded(std::string_view text) {
  return base64url_encode({reinterpret_cast<const unsigned char*>(text.data()), text.size()});
}

class issuer_key {
 public:
  explicit issuer_key(EVP_PKEY* made) : key_(made, EVP_PKEY_free) {}
  static issuer_key rsa(std::size_t bits = 2048) {
    return issuer_key(EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", bits));
  }
  static issuer_key p256() { return issuer_key(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256")); }
  static issuer_key ed25519() { return issuer_key(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519")); }

  [[nodiscard]] json jwk(const std::string& kid) const {
    json made = public_members();
    if (!kid.empty()) made["kid"] = kid;
    return made;
  }

  /// A signature in JOSE's form by the algorithm that JOSE calls `alg`.
  [[nodiscard]] std::string sign(const std::string& alg, const std::string& text, int pss_salt = 32) const {
    EVP_MD_CTX* context = EVP_MD_CTX_new();
    EVP_PKEY_CTX* options = nullptr;
    EVP_DigestSignInit(context, &options, alg == "EdDSA" ? nullptr : EVP_sha256(), nullptr, key_.get());
    if (alg == "PS256") {
      EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING);
      EVP_PKEY_CTX_set_rsa_pss_saltlen(options, pss_salt);
    }
    const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
    std::size_t length = 0;
    EVP_DigestSign(context, nullptr, &length, bytes, text.size());
    std::string made(length, '\0');
    EVP_DigestSign(context, reinterpret_cast<unsigned char*>(made.data()), &length, bytes, text.size());
    made.resize(length);
    EVP_MD_CTX_free(context);
    return alg == "ES256" ? two_numbers(made) : made;
  }

 private:
  [[nodiscard]] json public_members() const {
    if (EVP_PKEY_is_a(key_.get(), "RSA") == 1)
      return {{"kty", "RSA"}, {"n", number(OSSL_PKEY_PARAM_RSA_N, 0)}, {"e", number(OSSL_PKEY_PARAM_RSA_E, 0)}};
    if (EVP_PKEY_is_a(key_.get(), "EC") == 1)
      return {{"kty", "EC"},
              {"crv", "P-256"},
              {"x", number(OSSL_PKEY_PARAM_EC_PUB_X, 32)},
              {"y", number(OSSL_PKEY_PARAM_EC_PUB_Y, 32)}};
    std::string x(32, '\0');
    std::size_t length = x.size();
    EVP_PKEY_get_raw_public_key(key_.get(), reinterpret_cast<unsigned char*>(x.data()), &length);
    return {{"kty", "OKP"}, {"crv", "Ed25519"}, {"x", encoded(x)}};
  }

  [[nodiscard]] std::string number(const char* name, int bytes) const {
    BIGNUM* read = nullptr;
    EVP_PKEY_get_bn_param(key_.get(), name, &read);
    if (bytes == 0) bytes = BN_num_bytes(read);
    std::string text(static_cast<std::size_t>(bytes), '\0');
    BN_bn2binpad(read, reinterpret_cast<unsigned char*>(text.data()), bytes);
    BN_free(read);
    return encoded(text);
  }

  static std::string two_numbers(const std::string& der) {
    const auto* from = reinterpret_cast<const unsigned char*>(der.data());
    ECDSA_SIG* parts = d2i_ECDSA_SIG(nullptr, &from, static_cast<long>(der.size()));
    std::string both(64, '\0');
    auto* to = reinterpret_cast<unsigned char*>(both.data());
    BN_bn2binpad(ECDSA_SIG_get0_r(parts), to, 32);
    BN_bn2binpad(ECDSA_SIG_get0_s(parts), to + 32, 32);
    ECDSA_SIG_free(parts);
    return both;
  }

  std::shared_ptr<EVP_PKEY> key_;
};

/// Made once: an RSA key takes its time.
inline const issuer_key& rsa_key() {
  static const issuer_key made = issuer_key::rsa();
  return made;
}
inline const issuer_key& p256_key() {
  static const issuer_key made = issuer_key::p256();
  return made;
}
inline const issuer_key& ed25519_key() {
  static const issuer_key made = issuer_key::ed25519();
  return made;
}

/// The set of all three keys: r1, p1 and e1.
inline jwk_set published() {
  const json keys = {rsa_key().jwk("r1"), p256_key().jwk("p1"), ed25519_key().jwk("e1")};
  return parse_jwk_set(json{{"keys", keys}}.dump()).value();
}

inline secret jws(const json& header, const std::string& payload, const issuer_key& key) {
  const std::string signed_part = encoded(header.dump()) + "." + encoded(payload);
  return secret(signed_part + "." + encoded(key.sign(header.at("alg"), signed_part)));
}

constexpr std::int64_t now_seconds = 1'800'000'000;

/// What nobody could object to.
inline json good_claims() {
  return {{"iss", "https://id.example"},     {"aud", "latchkey-cli"},  {"sub", "24400320"},
          {"exp", now_seconds + 600},        {"iat", now_seconds - 1}, {"nonce", "n-0S6_WzA2Mj"},
          {"auth_time", now_seconds - 3600}, {"name", "Janet Jones"}};
}

inline id_token_expectations expected() {
  id_token_expectations made;
  made.issuer = "https://id.example";
  made.client_id = "latchkey-cli";
  made.nonce = "n-0S6_WzA2Mj";
  made.now = wall_time(seconds(now_seconds));
  return made;
}

/// Signed as it should be, by p1.
inline secret token_of(const json& claims) {
  return jws({{"alg", "ES256"}, {"kid", "p1"}}, claims.dump(), p256_key());
}

}  // namespace latchkey::testing_issuer
