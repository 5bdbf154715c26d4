// How much work the passphrase of a private key costs its reader (RFC 8018 §5, RFC 7914). The count is in the file, so
// who wrote the file decides how long its reader is busy; it is judged before OpenSSL begins. Pure. Used by
// private_key.
#pragma once

#include <string_view>

#include "core/error.h"

namespace latchkey {

/// Whether `encrypted`, an EncryptedPrivateKeyInfo in DER (RFC 5958 §3), asks for no more than
/// limits::passphrase_rounds (PBKDF2, PBES1, PKCS#12) or limits::scrypt_work. Does none of that work. Errors:
/// bad_request, to be read after "the private key ": too much, damaged, or a derivation of another kind.
[[nodiscard]] result<> check_passphrase_work(std::string_view encrypted);

}  // namespace latchkey
