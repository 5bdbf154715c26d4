#include "core/private_key.h"

#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/x509.h>

#include <algorithm>

#include "core/limits.h"
#include "core/openssl_owned.h"
#include "core/passphrase_work.h"

namespace latchkey {
namespace {

using encrypted_key = std::unique_ptr<X509_SIG, freed_by<X509_SIG_free>>;
using clear_key = std::unique_ptr<PKCS8_PRIV_KEY_INFO, freed_by<PKCS8_PRIV_KEY_INFO_free>>;

// One block of a PEM file; its bytes are wiped with it.
struct pem_block {
  char* name = nullptr;
  char* header = nullptr;
  unsigned char* data = nullptr;
  long size = 0;

  pem_block() = default;
  pem_block(const pem_block&) = delete;
  pem_block& operator=(const pem_block&) = delete;
  ~pem_block() { clear(); }
  void clear() noexcept {
    OPENSSL_free(name);
    OPENSSL_free(header);
    OPENSSL_clear_free(data, static_cast<std::size_t>(size));
    name = header = nullptr;
    data = nullptr;
    size = 0;
  }
  [[nodiscard]] std::string_view der() const noexcept {
    return {reinterpret_cast<const char*>(data), static_cast<std::size_t>(size)};
  }
};

fault key_fault(std::string_view problem) {
  return {errc::bad_request, "the private key " + std::string(problem)};
}

fault damaged() {
  return key_fault("cannot be read: the file is damaged");
}

fault not_decrypted() {
  return key_fault("cannot be read: the passphrase is wrong, or the file is damaged");
}

fault without_passphrase() {
  return key_fault("is encrypted, and no passphrase was given");
}

// pem_password_cb: OpenSSL would ask on the terminal by itself otherwise.
int give_passphrase(char* into, int room, int /*for_writing*/, void* given) {
  const auto& passphrase = *static_cast<const secret*>(given);
  if (passphrase.size() > static_cast<std::size_t>(room)) return -1;
  std::ranges::copy(passphrase.reveal(), into);
  return static_cast<int>(passphrase.size());
}

// Certificates and parameters may stand before the key.
bool find_key(BIO* source, pem_block& found) {
  while (PEM_read_bio(source, &found.name, &found.header, &found.data, &found.size) == 1) {
    if (std::string_view(found.name).ends_with("PRIVATE KEY")) return true;
    found.clear();
  }
  return false;
}

result<private_key> of_clear(clear_key clear) {
  private_key key(clear ? EVP_PKCS82PKEY(clear.get()) : nullptr);
  if (!key) return damaged();
  return key;
}

result<private_key> read_clear(const pem_block& block) {
  const unsigned char* from = block.data;
  return of_clear(clear_key(d2i_PKCS8_PRIV_KEY_INFO(nullptr, &from, block.size)));
}

result<private_key> read_encrypted(const pem_block& block, const secret& passphrase) {
  if (const auto work = check_passphrase_work(block.der()); !work) return key_fault(work.error().message);
  if (passphrase.empty()) return without_passphrase();
  const unsigned char* from = block.data;
  const encrypted_key encrypted(d2i_X509_SIG(nullptr, &from, block.size));
  if (!encrypted) return damaged();
  const std::string_view bytes = passphrase.reveal();
  clear_key clear(PKCS8_decrypt(encrypted.get(), bytes.data(), static_cast<int>(bytes.size())));
  if (!clear) return not_decrypted();
  return of_clear(std::move(clear));
}

// The older format, whose encryption is in PEM's header and asks for one round (PEM_write_PrivateKey(3)).
result<private_key> read_rsa(pem_block& block, const secret& passphrase) {
  EVP_CIPHER_INFO cipher{};
  if (PEM_get_EVP_CIPHER_INFO(block.header, &cipher) != 1) return damaged();
  if (cipher.cipher != nullptr && passphrase.empty()) return without_passphrase();
  if (PEM_do_header(&cipher, block.data, &block.size, give_passphrase, const_cast<secret*>(&passphrase)) != 1)
    return not_decrypted();
  const unsigned char* from = block.data;
  private_key key(d2i_PrivateKey(EVP_PKEY_RSA, nullptr, &from, block.size));
  if (!key) return cipher.cipher != nullptr ? not_decrypted() : damaged();
  return key;
}

}  // namespace

void private_key_release::operator()(EVP_PKEY* key) const noexcept {
  EVP_PKEY_free(key);
}

result<private_key> read_private_key(const secret& pem, const secret& passphrase) {
  const clean_errors after;
  if (pem.reveal().find("PRIVATE KEY-----") == std::string_view::npos)
    return key_fault("is no PEM private key: it must have a line -----BEGIN … PRIVATE KEY-----");
  const memory_bio source(BIO_new_mem_buf(pem.reveal().data(), static_cast<int>(pem.size())));
  pem_block block;
  if (!source || !find_key(source.get(), block)) return damaged();
  if (block.der().size() > limits::private_key)
    return key_fault("has more than " + std::to_string(limits::private_key) + " bytes: an RSA key of " +
                     std::to_string(limits::rsa_most_bits) + " bits is the largest that is read");
  const std::string_view name = block.name;
  if (name == PEM_STRING_PKCS8) return read_encrypted(block, passphrase);
  if (name == PEM_STRING_PKCS8INF) return read_clear(block);
  if (name == PEM_STRING_RSA) return read_rsa(block, passphrase);
  return key_fault("is in a format that is not read: write it anew with openssl pkcs8 -topk8");
}

}  // namespace latchkey
