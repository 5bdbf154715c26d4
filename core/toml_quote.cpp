#include "core/toml_quote.h"

namespace latchkey {

std::string toml_quote(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string quoted = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      quoted += '\\';
      quoted += c;
    } else if (byte < 0x20 || byte == 0x7F) {
      quoted += "\\u00";
      quoted += digits[byte / 16];
      quoted += digits[byte % 16];
    } else {
      quoted += c;
    }
  }
  return quoted + "\"";
}

bool is_bare(std::string_view key) {
  constexpr std::string_view bare = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
  return !key.empty() && key.find_first_not_of(bare) == std::string_view::npos;
}

std::string as_written(std::string_view key) {
  return is_bare(key) ? std::string(key) : toml_quote(key);
}

}  // namespace latchkey
