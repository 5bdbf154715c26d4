#include "core/sealed_box.h"

#include <openssl/evp.h>

#include <memory>
#include <stdexcept>

#include "core/limits.h"

namespace latchkey {
namespace {

constexpr std::string_view family = "latchkey-box-";
constexpr std::string_view header = "latchkey-box-1\n";
constexpr std::size_t key_id_bytes = 8;
constexpr std::size_t tag_bytes = 16;
constexpr std::size_t label_length_bytes = 2;
constexpr std::size_t longest_label = 0xFFFF;
constexpr std::size_t nonce_at = header.size() + key_id_bytes;
constexpr std::size_t ciphertext_at = nonce_at + box_nonce{}.size();

struct context_deleter {
  void operator()(EVP_CIPHER_CTX* context) const noexcept { EVP_CIPHER_CTX_free(context); }
};
using cipher_context = std::unique_ptr<EVP_CIPHER_CTX, context_deleter>;

// OpenSSL refuses only where memory is out or we called it wrongly.
void must(bool worked) {
  if (!worked) throw std::runtime_error("OpenSSL refused AES-256-GCM");
}

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

unsigned char* bytes_of(std::string& text) {
  return reinterpret_cast<unsigned char*>(text.data());
}

// Tells one key from another, and nothing about either.
std::string key_id(const secret& key) {
  if (key.size() != box_key_bytes) throw std::logic_error("a box key has 32 bytes");
  constexpr std::string_view purpose = "latchkey box key id";
  std::string input;
  input.reserve(purpose.size() + key.size());
  input += purpose;
  input += key.reveal();
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  const bool hashed = EVP_Digest(input.data(), input.size(), digest.data(), nullptr, EVP_sha256(), nullptr) == 1;
  wipe(input);
  must(hashed);
  return {reinterpret_cast<const char*>(digest.data()), key_id_bytes};
}

enum class direction { decrypt = 0, encrypt = 1 };

// A context that has taken key, nonce and what is authenticated but not encrypted: header and the key's own id.
cipher_context begin(direction way, const secret& key, const unsigned char* nonce) {
  cipher_context context(EVP_CIPHER_CTX_new());
  must(context != nullptr);
  const std::string authenticated = std::string(header) + key_id(key);
  int written = 0;
  must(EVP_CipherInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, bytes_of(key.reveal()), nonce,
                         static_cast<int>(way)) == 1);
  must(EVP_CipherUpdate(context.get(), nullptr, &written, bytes_of(authenticated),
                        static_cast<int>(authenticated.size())) == 1);
  return context;
}

// The encrypted text: length of the label, label, record. Inside, so that a box with another label is told from a
// damaged one.
std::string labelled(std::string_view label, const secret& plain) {
  std::string text;
  text.reserve(label_length_bytes + label.size() + plain.size());
  text += static_cast<char>(label.size() / 256);
  text += static_cast<char>(label.size() % 256);
  text += label;
  text += plain.reveal();
  return text;
}

std::optional<secret> decrypt(const secret& key, std::string_view box) {
  std::string tag(box.substr(box.size() - tag_bytes));
  const std::string_view ciphertext = box.substr(ciphertext_at, box.size() - ciphertext_at - tag_bytes);
  const cipher_context context = begin(direction::decrypt, key, bytes_of(box.substr(nonce_at)));
  std::string text(ciphertext.size(), '\0');
  int written = 0;
  must(EVP_CipherUpdate(context.get(), bytes_of(text), &written, bytes_of(ciphertext),
                        static_cast<int>(ciphertext.size())) == 1);
  must(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_TAG, tag_bytes, tag.data()) == 1);
  const bool authentic = EVP_CipherFinal_ex(context.get(), bytes_of(text) + written, &written) == 1;
  secret opened = secret::take(std::move(text));
  if (!authentic) return std::nullopt;
  return opened;
}

fault damaged(std::string_view how) {
  return {errc::internal, "the stored record is damaged: " + std::string(how)};
}

// The number in the header; empty where there is none.
std::string_view version_of(std::string_view box) {
  const std::string_view version = box.starts_with(family) ? box.substr(family.size()) : std::string_view();
  const std::size_t digits = version.find_first_not_of("0123456789");
  const bool whole = digits != std::string_view::npos && digits > 0 && version[digits] == '\n' && version[0] != '0';
  return whole ? version.substr(0, digits) : std::string_view();
}

// What the first bytes say. Nothing where this version can go on.
std::optional<fault> check_shape(std::string_view box) {
  if (box.empty()) return damaged("it is empty");
  if (!box.starts_with(header)) {
    if (is_newer_box(box))
      return fault(errc::internal, "the stored record has format " + printable(version_of(box), 20) +
                                       ", which a newer Latchkey wrote: update this one");
    return damaged("it does not begin as a Latchkey record does");
  }
  if (box.size() < ciphertext_at + label_length_bytes + tag_bytes) return damaged("it is cut short");
  if (box.size() > ciphertext_at + label_length_bytes + longest_label + limits::stored_record + tag_bytes)
    return damaged("it is larger than any record");
  return std::nullopt;
}

}  // namespace

std::string seal(const secret& key, const box_nonce& nonce, std::string_view label, const secret& plain) {
  if (label.size() > longest_label || plain.size() > limits::stored_record)
    throw std::logic_error("a record or its label is too large to seal");
  std::string box = std::string(header) + key_id(key);
  box.append(reinterpret_cast<const char*>(nonce.data()), nonce.size());
  const cipher_context context = begin(direction::encrypt, key, nonce.data());
  std::string text = labelled(label, plain);
  box.resize(ciphertext_at + text.size() + tag_bytes);
  int written = 0;
  const bool encrypted = EVP_CipherUpdate(context.get(), bytes_of(box) + ciphertext_at, &written,
                                          bytes_of(std::string_view(text)), static_cast<int>(text.size())) == 1;
  wipe(text);
  must(encrypted);
  unsigned char* const tag = bytes_of(box) + ciphertext_at + written;
  must(EVP_CipherFinal_ex(context.get(), tag, &written) == 1);
  must(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_GET_TAG, tag_bytes, tag) == 1);
  return box;
}

bool is_newer_box(std::string_view box) noexcept {
  const std::string_view version = version_of(box);
  return !version.empty() && version != "1";
}

result<secret> open_box(const secret& key, std::string_view label, std::string_view box) {
  const std::string id = key_id(key);
  if (auto wrong = check_shape(box)) return std::move(*wrong);
  const bool same_key = box.substr(header.size(), key_id_bytes) == id;
  const std::optional<secret> opened = decrypt(key, box);
  if (!opened && !same_key)
    return fault(errc::store_locked, "the stored record was sealed with another key than the one in use");
  if (!opened) return damaged("its content does not match its seal");
  if (!same_key) return damaged("the id of its key was changed");
  const std::string_view text = opened->reveal();
  const std::size_t length = static_cast<unsigned char>(text[0]) * 256U + static_cast<unsigned char>(text[1]);
  if (length != label.size() || text.substr(label_length_bytes, length) != label)
    return fault(errc::internal, "the stored record belongs to another name: it was moved or copied");
  return secret(text.substr(label_length_bytes + length));
}

}  // namespace latchkey
