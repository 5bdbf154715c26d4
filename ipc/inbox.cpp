#include "ipc/inbox.h"

#include <string.h>

#include <algorithm>
#include <cstring>

#include "core/secret.h"

namespace latchkey::varlink {
namespace {

// Holds any call of an app, so that most connections never grow beyond it.
constexpr std::size_t first_room = 4096;

}  // namespace

inbox::~inbox() {
  wipe(bytes_);
}

std::span<char> inbox::room() {
  if (begin_ == end_) begin_ = scanned_ = end_ = 0;
  if (begin_ > 0 && end_ == bytes_.size()) {
    std::memmove(bytes_.data(), bytes_.data() + begin_, end_ - begin_);
    ::explicit_bzero(bytes_.data() + (end_ - begin_), begin_);
    end_ -= begin_;
    scanned_ -= begin_;
    begin_ = 0;
  }
  // One byte more than the limit and its NUL is never needed to see that a message is too long.
  if (end_ == bytes_.size() && bytes_.size() <= limit_) {
    std::string larger(std::min(std::max(first_room, 2 * bytes_.size()), limit_ + 1), '\0');
    std::memcpy(larger.data(), bytes_.data(), end_);
    wipe(bytes_);
    bytes_ = std::move(larger);
  }
  return std::span(bytes_).subspan(end_);
}

std::optional<std::string_view> inbox::next() noexcept {
  const void* const nul = std::memchr(bytes_.data() + scanned_, '\0', end_ - scanned_);
  scanned_ = nul == nullptr ? end_ : static_cast<std::size_t>(static_cast<const char*>(nul) - bytes_.data());
  too_long_ = scanned_ - begin_ > limit_;
  if (nul == nullptr || too_long_) return std::nullopt;
  return std::string_view(bytes_).substr(begin_, scanned_ - begin_);
}

void inbox::discard() noexcept {
  ::explicit_bzero(bytes_.data() + begin_, scanned_ - begin_);
  begin_ = ++scanned_;
}

}  // namespace latchkey::varlink
