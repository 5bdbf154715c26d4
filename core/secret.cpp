#include "core/secret.h"

#include <openssl/crypto.h>

#include <algorithm>
#include <utility>

namespace latchkey {

secret::secret(std::string_view bytes) : size_(bytes.size()) {
  if (bytes.empty()) return;
  data_ = std::make_unique_for_overwrite<char[]>(size_);
  std::ranges::copy(bytes, data_.get());
}

secret::secret(secret&& other) noexcept : data_(std::move(other.data_)), size_(std::exchange(other.size_, 0)) {}

secret& secret::operator=(secret&& other) noexcept {
  if (this == &other) return *this;
  wipe();
  data_ = std::move(other.data_);
  size_ = std::exchange(other.size_, 0);
  return *this;
}

secret::~secret() {
  wipe();
}

secret secret::take(std::string&& source) {
  secret taken{std::string_view(source)};
  latchkey::wipe(source);
  return taken;
}

void secret::wipe() noexcept {
  if (data_) OPENSSL_cleanse(data_.get(), size_);
  data_.reset();
  size_ = 0;
}

bool operator==(const secret& left, const secret& right) noexcept {
  return constant_time_equal(left.reveal(), right.reveal());
}

void wipe(std::string& text) noexcept {
  // Growing to the capacity cannot allocate, and makes the bytes past the end reachable.
  text.resize(text.capacity());
  OPENSSL_cleanse(text.data(), text.size());
  text.clear();
}

bool constant_time_equal(std::string_view left, std::string_view right) noexcept {
  return left.size() == right.size() && CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

bool repeats(std::string_view text, const secret& value) noexcept {
  constexpr std::size_t telling = 16;
  return !value.empty() && text.find(value.reveal().substr(0, telling)) != std::string_view::npos;
}

}  // namespace latchkey
