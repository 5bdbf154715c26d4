#include "core/signature.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>

#include <array>
#include <string>

#include "core/limits.h"
#include "core/openssl_owned.h"

namespace latchkey {
namespace {

using big_number = std::unique_ptr<BIGNUM, freed_by<BN_free>>;
using signature_parts = std::unique_ptr<ECDSA_SIG, freed_by<ECDSA_SIG_free>>;
using parameter_builder = std::unique_ptr<OSSL_PARAM_BLD, freed_by<OSSL_PARAM_BLD_free>>;
using parameters = std::unique_ptr<OSSL_PARAM, freed_by<OSSL_PARAM_free>>;

constexpr std::size_t coordinate_bytes = 32;  // Of P-256, and of both numbers of a signature by it.
constexpr std::size_t ed25519_bytes = 32;
constexpr int pss_salt_bytes = 32;  // RFC 7518 §3.5: as many as the digest has.

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

big_number number_of(std::string_view bytes) {
  return big_number(BN_bin2bn(bytes_of(bytes), static_cast<int>(bytes.size()), nullptr));
}

fault unfit(std::string problem) {
  return {errc::provider_error, std::move(problem)};
}

// The kind of key that OpenSSL calls `type` from its public parameters; nothing where they are none.
owned_key made_of(const char* type, OSSL_PARAM* given) {
  const key_context making(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
  EVP_PKEY* key = nullptr;
  if (making && EVP_PKEY_fromdata_init(making.get()) == 1)
    EVP_PKEY_fromdata(making.get(), &key, EVP_PKEY_PUBLIC_KEY, given);
  return owned_key(key);
}

// JWS has the two numbers one after the other (RFC 7518 §3.4), OpenSSL reads DER.
std::string der_of(std::string_view both) {
  const signature_parts parts(ECDSA_SIG_new());
  big_number r = number_of(both.substr(0, coordinate_bytes));
  big_number s = number_of(both.substr(coordinate_bytes));
  if (!parts || ECDSA_SIG_set0(parts.get(), r.get(), s.get()) != 1) return {};
  static_cast<void>(r.release());
  static_cast<void>(s.release());
  std::string der(static_cast<std::size_t>(i2d_ECDSA_SIG(parts.get(), nullptr)), '\0');
  auto* to = reinterpret_cast<unsigned char*>(der.data());
  i2d_ECDSA_SIG(parts.get(), &to);
  return der;
}

// A signature has one length. OpenSSL would take one by PSS without its leading zeros.
bool has_its_length(signature_algorithm algorithm, const EVP_PKEY* key, std::string_view signature) {
  switch (algorithm) {
    case signature_algorithm::rs256:
    case signature_algorithm::ps256:
      return signature.size() == static_cast<std::size_t>(EVP_PKEY_get_size(key));
    case signature_algorithm::es256:
      return signature.size() == 2 * coordinate_bytes;
    case signature_algorithm::eddsa:
      return signature.size() == 2 * ed25519_bytes;
  }
  return false;
}

bool set_pss(EVP_PKEY_CTX* options) {
  return EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING) == 1 &&
         EVP_PKEY_CTX_set_rsa_pss_saltlen(options, pss_salt_bytes) == 1;
}

}  // namespace

std::optional<signature_algorithm> signature_algorithm_of(std::string_view name) noexcept {
  if (name == "RS256") return signature_algorithm::rs256;
  if (name == "PS256") return signature_algorithm::ps256;
  if (name == "ES256") return signature_algorithm::es256;
  if (name == "EdDSA") return signature_algorithm::eddsa;
  return std::nullopt;
}

result<public_key> public_key::rsa(std::string_view modulus, std::string_view exponent) {
  const clean_errors after;
  const auto n = number_of(modulus);
  const auto e = number_of(exponent);
  const parameter_builder builder(OSSL_PARAM_BLD_new());
  if (!n || !e || !builder) return unfit("its numbers cannot be read");
  const int bits = BN_num_bits(n.get());
  if (bits < limits::rsa_least_bits || bits > limits::rsa_most_bits)
    return unfit("it has " + std::to_string(bits) + " bits; " + std::to_string(limits::rsa_least_bits) + " to " +
                 std::to_string(limits::rsa_most_bits) + " are taken");
  if (BN_is_odd(n.get()) != 1) return unfit("its modulus is even");
  if (BN_is_odd(e.get()) != 1 || BN_is_one(e.get()) == 1 || BN_num_bits(e.get()) > limits::rsa_exponent_bits)
    return unfit("its exponent is even, 1 or longer than " + std::to_string(limits::rsa_exponent_bits) + " bits");
  OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get());
  OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get());
  const parameters given(OSSL_PARAM_BLD_to_param(builder.get()));
  owned_key key = made_of("RSA", given.get());
  if (!key) return unfit("it is no RSA key");
  return public_key(std::move(key));
}

result<public_key> public_key::p256(std::string_view x, std::string_view y) {
  const clean_errors after;
  if (x.size() != coordinate_bytes || y.size() != coordinate_bytes)
    return unfit("its coordinates do not have 32 bytes each");
  std::string point("\x04");  // Both coordinates follow (SEC 1 §2.3.3).
  point += x;
  point += y;
  std::string group("prime256v1");
  std::array given = {OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group.data(), 0),
                      OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()),
                      OSSL_PARAM_construct_end()};
  owned_key key = made_of("EC", given.data());
  if (!key) return unfit("it is no point of P-256");
  return public_key(std::move(key));
}

result<public_key> public_key::ed25519(std::string_view x) {
  const clean_errors after;
  owned_key key(EVP_PKEY_new_raw_public_key_ex(nullptr, "ED25519", nullptr, bytes_of(x), x.size()));
  if (!key) return unfit("it does not have the 32 bytes of an Ed25519 key");
  return public_key(std::move(key));
}

bool public_key::fits(signature_algorithm algorithm) const noexcept {
  const char* type = algorithm == signature_algorithm::es256   ? "EC"
                     : algorithm == signature_algorithm::eddsa ? "ED25519"
                                                               : "RSA";
  return EVP_PKEY_is_a(key_.get(), type) == 1;
}

bool public_key::verifies(signature_algorithm algorithm, std::string_view bytes, std::string_view signature) const {
  const clean_errors after;
  if (!fits(algorithm) || !has_its_length(algorithm, key_.get(), signature)) return false;
  std::string der;
  if (algorithm == signature_algorithm::es256) {
    der = der_of(signature);
    signature = der;
  }
  const char* digest = algorithm == signature_algorithm::eddsa ? nullptr : "SHA256";  // Ed25519 hashes by itself.
  EVP_PKEY_CTX* options = nullptr;                                                    // The context's.
  const digest_context context(EVP_MD_CTX_new());
  if (!context || EVP_DigestVerifyInit_ex(context.get(), &options, digest, nullptr, nullptr, key_.get(), nullptr) != 1)
    return false;
  if (algorithm == signature_algorithm::ps256 && !set_pss(options)) return false;
  return EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(), bytes_of(bytes), bytes.size()) == 1;
}

}  // namespace latchkey
