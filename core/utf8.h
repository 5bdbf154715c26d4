// UTF-8, strictly (RFC 3629): no overlong forms, no surrogates, nothing above U+10FFFF. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace latchkey {

struct utf8_character {
  std::uint32_t code_point = 0;
  std::size_t length = 0;  ///< Bytes; 0: not UTF-8.
};

/// The first character of `text`, which is not empty.
[[nodiscard]] utf8_character first_utf8_character(std::string_view text) noexcept;
[[nodiscard]] bool is_utf8(std::string_view text) noexcept;

}  // namespace latchkey
