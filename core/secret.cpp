#include "core/secret.h"

#include <openssl/crypto.h>

#include <algorithm>
#include <new>
#include <utility>

#include "core/limits.h"

namespace latchkey {
namespace {

// OpenSSL's own keys need the heap, too, and have nowhere else to go.
void* room_in_secure_heap(std::size_t size) {
  if (CRYPTO_secure_malloc_initialized() == 0) return nullptr;
  if (CRYPTO_secure_used() + size > limits::secure_heap - limits::secure_heap_reserve) return nullptr;
  return OPENSSL_secure_malloc(size);
}

char* room_for(std::size_t size) {
  void* room = room_in_secure_heap(size);
  if (room == nullptr) room = OPENSSL_malloc(size);
  if (room == nullptr) throw std::bad_alloc();
  return static_cast<char*>(room);
}

}  // namespace

secret::secret(std::string_view bytes) : size_(bytes.size()) {
  if (bytes.empty()) return;
  data_ = room_for(size_);
  std::ranges::copy(bytes, data_);
}

secret::secret(secret&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

secret& secret::operator=(secret&& other) noexcept {
  if (this == &other) return *this;
  wipe();
  data_ = std::exchange(other.data_, nullptr);
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
  // Whichever of the two it came from.
  OPENSSL_secure_clear_free(data_, size_);
  data_ = nullptr;
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
