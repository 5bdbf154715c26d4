// What the fuzz targets share: the bytes of one run as text or as an answer, and the properties that must hold.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "core/error.h"
#include "core/http_message.h"

namespace latchkey::fuzz {

inline std::string_view as_text(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

/// A property that must hold for every input; libFuzzer reports the trap.
inline void require(bool holds) {
  if (!holds) __builtin_trap();
}

/// Can be shown on a terminal and in a line of the log.
inline void require_printable(std::string_view text) {
  require(printable(text, text.size()) == text);
}

/// An error tells something, and nothing that steers a terminal.
inline void require_said(const fault& why) {
  require(!why.message.empty());
  require_printable(why.message);
  require_printable(why.provider_text);
}

/// What no header, no line of a file and no other program's protocol would take for something else.
inline bool is_visible_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char each) { return each > ' ' && each < '\x7F'; });
}

/// The first line, without its end, and what is behind it.
inline std::pair<std::string_view, std::string_view> cut_line(std::string_view text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  return {text.substr(0, end), text.substr(std::min(end + 1, text.size()))};
}

/// An answer with this body and, chosen by the input's first byte, one of `statuses`.
inline http_response as_answer(const std::uint8_t* data, std::size_t size, std::span<const unsigned> statuses) {
  http_response response;
  response.status = size == 0 ? 200U : statuses[data[0] % statuses.size()];
  if (size != 0) response.body = secret(as_text(data + 1, size - 1));
  return response;
}

}  // namespace latchkey::fuzz
