// Objects of OpenSSL that end with their scope, and its queue of errors. Included by the .cpp files in core that use
// keys; no header of ours shows OpenSSL.
#pragma once

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>

#include <memory>

namespace latchkey {

template <auto release>
struct freed_by {
  template <class T>
  void operator()(T* object) const noexcept {
    release(object);
  }
};
using owned_key = std::unique_ptr<EVP_PKEY, freed_by<EVP_PKEY_free>>;
using key_context = std::unique_ptr<EVP_PKEY_CTX, freed_by<EVP_PKEY_CTX_free>>;
using digest_context = std::unique_ptr<EVP_MD_CTX, freed_by<EVP_MD_CTX_free>>;
using memory_bio = std::unique_ptr<BIO, freed_by<BIO_free_all>>;

/// OpenSSL's queue of reasons is the process's; nothing of ours stays in it beyond the scope of this.
struct clean_errors {
  clean_errors() = default;
  clean_errors(const clean_errors&) = delete;
  clean_errors& operator=(const clean_errors&) = delete;
  ~clean_errors() { ERR_clear_error(); }
};

}  // namespace latchkey
