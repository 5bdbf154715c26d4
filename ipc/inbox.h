// The bytes that one connection has sent and nobody has handled yet, cut into messages at their NUL bytes. Used by the
// session. What was handled is wiped: a call may hold a client secret.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace latchkey::varlink {

class inbox {
 public:
  /// A message, without its NUL, has at most `limit` bytes.
  explicit inbox(std::size_t limit) : limit_(limit) {}
  inbox(const inbox&) = delete;
  inbox& operator=(const inbox&) = delete;
  ~inbox();

  /// Where the next bytes may be written; never empty unless too_long().
  [[nodiscard]] std::span<char> room();
  /// So many bytes were written there.
  void received(std::size_t bytes) noexcept { end_ += bytes; }
  /// The next complete message, without its NUL; valid until discard() or room(). The same one until discard().
  [[nodiscard]] std::optional<std::string_view> next() noexcept;
  /// Wipes the message that next() gave and goes on to the one after it.
  void discard() noexcept;
  /// A message has begun and is not complete. Only after next() found none.
  [[nodiscard]] bool incomplete() const noexcept { return begin_ != end_; }
  /// The message has more bytes than allowed, complete or not. Only after next() found none.
  [[nodiscard]] bool too_long() const noexcept { return too_long_; }

 private:
  std::size_t limit_;
  std::string bytes_;        // Its size is the room, not the fill.
  std::size_t begin_ = 0;    // First byte of the message at hand.
  std::size_t scanned_ = 0;  // No NUL from begin_ up to here; its NUL where next() found one.
  std::size_t end_ = 0;      // Behind the last byte received.
  bool too_long_ = false;
};

}  // namespace latchkey::varlink
