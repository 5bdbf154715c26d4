// Client secrets that arrive encrypted, as Kraken Connect hands them to confidential clients: base64 of RSA ciphertext,
// to be read with the private key whose public half the provider got. Pure; used by the command line alone, so that the
// private key never leaves the terminal it was unlocked at.
#pragma once

#include <string>
#include <string_view>

#include "core/error.h"
#include "core/secret.h"

namespace latchkey {

enum class rsa_padding {
  pkcs1,  ///< PKCS#1 v1.5 (RFC 8017 §7.2): what `openssl rsautl -decrypt` reads.
  oaep,   ///< OAEP with SHA-1 (RFC 8017 §7.1), as `openssl rsautl -oaep`.
};

/// Whether the PEM text asks for a passphrase.
[[nodiscard]] bool is_encrypted_pem(std::string_view pem) noexcept;

/// `encrypted`: base64, line breaks and spaces in it allowed. `pem`: an RSA private key (PKCS#1 or PKCS#8), encrypted
/// with `passphrase` or not. Errors: bad_request. What is wrong with the key is said; every failure of the decryption
/// is one and the same sentence (a wrong key, a wrong padding and a damaged text are not told apart, RFC 8017 §7.2.2).
[[nodiscard]] result<secret> decrypt_client_secret(std::string_view encrypted, const secret& pem,
                                                   const secret& passphrase, rsa_padding padding);

struct rsa_key_pair {
  secret private_pem;  ///< PKCS#8, encrypted with AES-128-CBC under the passphrase.
  std::string public_pem;
};

/// As the provider's guide makes it: RSA with 4096 bits, the private half in PEM under AES-128. Takes about a second.
/// Errors: bad_request for a passphrase shorter than four bytes; internal.
[[nodiscard]] result<rsa_key_pair> make_rsa_key_pair(const secret& passphrase);

}  // namespace latchkey
