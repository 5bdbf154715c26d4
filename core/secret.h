// A string that must never be seen: token, code, client secret, key. Used by everything that touches one.
// It never copies itself, prints itself or converts itself; reveal() is the one way in, and its callers are on an
// allow-list that tests/lint holds. Its bytes lie in OpenSSL's secure heap where the process has made one
// (CRYPTO_secure_malloc_init(3)), else in ordinary memory; they are wiped in both.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace latchkey {

class secret {
 public:
  secret() noexcept = default;
  /// Copies `bytes`. The caller's own copy is the caller's to wipe.
  explicit secret(std::string_view bytes);
  secret(secret&& other) noexcept;
  secret& operator=(secret&& other) noexcept;
  secret(const secret&) = delete;
  secret& operator=(const secret&) = delete;
  ~secret();

  /// Takes the bytes of `source` and wipes it, its short-string buffer included.
  static secret take(std::string&& source);
  /// A second copy, asked for by name so that every copy is seen in review.
  [[nodiscard]] secret clone() const { return secret(reveal()); }
  /// The bytes; valid while this secret lives and is not assigned to.
  [[nodiscard]] std::string_view reveal() const noexcept { return {data_, size_}; }
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }

  /// Takes the same time wherever the bytes differ (the length is not hidden).
  friend bool operator==(const secret& left, const secret& right) noexcept;

 private:
  void wipe() noexcept;

  char* data_ = nullptr;
  std::size_t size_ = 0;
};

/// Overwrites `text`'s whole buffer with zeros, in a way the compiler may not leave out, and empties it.
void wipe(std::string& text) noexcept;

/// Compares in a time that depends on the lengths alone.
[[nodiscard]] bool constant_time_equal(std::string_view left, std::string_view right) noexcept;

/// `text` repeats `value`, or its first 16 bytes where it is longer: it was echoed, perhaps cut.
[[nodiscard]] bool repeats(std::string_view text, const secret& value) noexcept;

}  // namespace latchkey
