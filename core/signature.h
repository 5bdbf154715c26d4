// Signatures of others, checked with their public keys (RFC 7518 §3, RFC 8037 §3.1): RS256, PS256, ES256 and Ed25519.
// Called by the check of ID tokens. Pure; it signs nothing and knows no secret.
#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "core/error.h"

struct evp_pkey_st;  // OpenSSL's EVP_PKEY.

namespace latchkey {

/// The algorithms that are taken. None of them has a shared secret, and "none" is none of them.
enum class signature_algorithm {
  rs256,  ///< RSASSA-PKCS1-v1_5 with SHA-256 (RFC 7518 §3.3).
  ps256,  ///< RSASSA-PSS with SHA-256, MGF1 of the same and a salt of 32 bytes (RFC 7518 §3.5).
  es256,  ///< ECDSA with P-256 and SHA-256 (RFC 7518 §3.4).
  eddsa,  ///< Ed25519 (RFC 8037 §3.1).
};

/// The algorithm that JOSE calls `name` ("RS256"), to the letter; nothing where it is not taken.
[[nodiscard]] std::optional<signature_algorithm> signature_algorithm_of(std::string_view name) noexcept;

/// A public key that others sign for. Copies share it.
class public_key {
 public:
  /// From big-endian numbers (RFC 7518 §6.3.1). Errors: provider_error where the modulus has fewer than
  /// limits::rsa_least_bits or more than limits::rsa_most_bits bits, the exponent is even, 1 or longer than
  /// limits::rsa_exponent_bits, or the modulus is even.
  static result<public_key> rsa(std::string_view modulus, std::string_view exponent);
  /// From the 32 bytes of each coordinate on P-256 (RFC 7518 §6.2.1). Errors: provider_error where they are no point of
  /// the curve.
  static result<public_key> p256(std::string_view x, std::string_view y);
  /// From 32 bytes (RFC 8037 §2). Errors: provider_error on any other number of them.
  static result<public_key> ed25519(std::string_view x);

  /// This is a key of the kind that `algorithm` signs with.
  [[nodiscard]] bool fits(signature_algorithm algorithm) const noexcept;
  /// `signature`, as JWS has it (ES256: both numbers, 32 bytes each), is that of `bytes` by this key. False also where
  /// the key does not fit.
  [[nodiscard]] bool verifies(signature_algorithm algorithm, std::string_view bytes, std::string_view signature) const;

 private:
  explicit public_key(std::shared_ptr<evp_pkey_st> made) noexcept : key_(std::move(made)) {}

  std::shared_ptr<evp_pkey_st> key_;
};

}  // namespace latchkey
