#include "core/toml_document.h"

#include <algorithm>

#include "core/toml_quote.h"

namespace latchkey {

bool is_bare(std::string_view key) {
  constexpr std::string_view bare = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
  return !key.empty() && key.find_first_not_of(bare) == std::string_view::npos;
}

std::string as_written(std::string_view key) {
  return is_bare(key) ? std::string(key) : toml_quote(key);
}

std::string position(const std::string& file, const toml::source_position& where) {
  return file + ":" + std::to_string(std::max(where.line, 1U)) + ":" + std::to_string(std::max(where.column, 1U)) +
         ": ";
}

std::string_view in_words(toml::node_type type) {
  switch (type) {
    case toml::node_type::table:
      return "a table";
    case toml::node_type::array:
      return "an array";
    case toml::node_type::string:
      return "a string";
    case toml::node_type::integer:
      return "an integer";
    case toml::node_type::floating_point:
      return "a number with a fraction";
    case toml::node_type::boolean:
      return "true or false";
    default:
      return "a date or time";
  }
}

bool has_unprintable(std::string_view text) {
  return printable(text, text.size()) != text;
}

}  // namespace latchkey
