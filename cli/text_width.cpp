#include "cli/text_width.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace latchkey::cli {
namespace {

struct range {
  std::uint32_t first;
  std::uint32_t last;
};

// Unicode's East Asian wide and fullwidth blocks, and emoji.
constexpr std::array<range, 9> wide{{{0x1100, 0x115F},
                                     {0x2E80, 0xA4CF},
                                     {0xAC00, 0xD7A3},
                                     {0xF900, 0xFAFF},
                                     {0xFE30, 0xFE6F},
                                     {0xFF00, 0xFF60},
                                     {0xFFE0, 0xFFE6},
                                     {0x1F300, 0x1FAFF},
                                     {0x20000, 0x3FFFD}}};
// Combining marks and variation selectors.
constexpr std::array<range, 4> combining{{{0x0300, 0x036F}, {0x1AB0, 0x1AFF}, {0x20D0, 0x20FF}, {0xFE00, 0xFE0F}}};

template <std::size_t N>
bool within(const std::array<range, N>& ranges, std::uint32_t code_point) {
  return std::ranges::any_of(ranges,
                             [&](const range& each) { return each.first <= code_point && code_point <= each.last; });
}

struct character {
  std::string_view bytes;
  std::size_t width;
};

character first_character(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text.front());
  std::size_t length = 1;
  std::uint32_t code_point = lead;
  if (lead >= 0xC0) {
    const std::size_t expected = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    code_point = lead & (0xFFU >> (expected + 1));
    while (length < expected && length < text.size() && (static_cast<unsigned char>(text[length]) & 0xC0) == 0x80)
      code_point = (code_point << 6) | (static_cast<unsigned char>(text[length++]) & 0x3FU);
  }
  const std::size_t width = within(combining, code_point) ? 0 : within(wide, code_point) ? 2 : 1;
  return {text.substr(0, length), width};
}

// Bytes of `text` that fit into `width` columns; at least one character.
std::size_t bytes_within(std::string_view text, std::size_t width) {
  std::size_t bytes = 0;
  std::size_t used = 0;
  while (bytes < text.size()) {
    const character next = first_character(text.substr(bytes));
    if (used + next.width > width && bytes > 0) break;
    used += next.width;
    bytes += next.bytes.size();
  }
  return bytes;
}

std::string_view without_trailing_spaces(std::string_view text) {
  return text.substr(0, text.find_last_not_of(' ') + 1);
}

}  // namespace

std::size_t text_width(std::string_view text) {
  std::size_t columns = 0;
  while (!text.empty()) {
    const character next = first_character(text);
    columns += next.width;
    text.remove_prefix(next.bytes.size());
  }
  return columns;
}

std::vector<std::string> wrap(std::string_view text, std::size_t width) {
  std::vector<std::string> lines;
  while (text_width(text) > width) {
    std::size_t end = bytes_within(text, width);
    if (const std::size_t space = text.rfind(' ', end); space != std::string_view::npos && space > 0) end = space;
    lines.emplace_back(without_trailing_spaces(text.substr(0, end)));
    text.remove_prefix(end);
    text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  }
  if (lines.empty() || !text.empty()) lines.emplace_back(without_trailing_spaces(text));
  return lines;
}

std::string padded(std::string_view text, std::size_t width) {
  const std::size_t used = text_width(text);
  return std::string(text) + std::string(width > used ? width - used : 0, ' ');
}

std::string shortened(std::string_view text, std::size_t width) {
  if (text_width(text) <= width) return std::string(text);
  if (width <= 1) return "…";
  return std::string(text.substr(0, bytes_within(text, width - 1))) + "…";
}

}  // namespace latchkey::cli
