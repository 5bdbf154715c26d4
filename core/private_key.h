// Private keys as files hold them: PEM of PKCS#8 (RFC 5958), encrypted or not, or of PKCS#1 (RFC 8017 §A.1.2). A file
// is foreign: it can neither keep the process busy for long nor have anybody asked for a passphrase. Pure. Used by
// kraken_secret and dpop.
#pragma once

#include <openssl/types.h>

#include <memory>

#include "core/error.h"
#include "core/secret.h"

namespace latchkey {

struct private_key_release {
  void operator()(EVP_PKEY* key) const noexcept;
};
using private_key = std::unique_ptr<EVP_PKEY, private_key_release>;

/// The first private key in `pem`; `passphrase` is empty where it is not encrypted. OpenSSL's queue of errors is left
/// empty. Errors: bad_request, "the private key …", which quotes nothing of the file.
[[nodiscard]] result<private_key> read_private_key(const secret& pem, const secret& passphrase);

}  // namespace latchkey
