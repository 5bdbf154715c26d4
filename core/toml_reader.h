// Reads one TOML table strictly: every key must be known, have the right type, and be asked for. Each error names file,
// line, column and key, and offers the nearest known key. Used by the parsers of presets, accounts and settings.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/error.h"
#include "core/nearest_word.h"
#include "core/types.h"

namespace latchkey {

class toml_reader {
 public:
  /// Errors: bad_request "FILE:LINE:COLUMN: what toml++ says".
  static result<toml_reader> parse(std::string_view text, std::string file_name);

  toml_reader(toml_reader&&) noexcept;
  toml_reader& operator=(toml_reader&&) noexcept;
  ~toml_reader();

  // Each getter marks `key` as known. A dotted key ("store.backend") reaches into tables. A value of the wrong type is
  // remembered as this reader's error and reads as absent; finish() reports the first.
  std::optional<std::string> string(std::string_view key);
  /// One of the words in `words`, each with its value; another word is rejected, the nearest one offered.
  template <class Value, std::size_t count>
  std::optional<Value> choice(std::string_view key, const std::array<std::pair<std::string_view, Value>, count>& words);
  std::optional<std::int64_t> integer(std::string_view key);
  std::optional<bool> boolean(std::string_view key);
  /// A moment: TOML's offset date-time.
  std::optional<wall_time> date_time(std::string_view key);
  std::optional<std::vector<std::string>> strings(std::string_view key);
  /// A table of strings, such as authorize_parameters.
  std::optional<std::map<std::string, std::string>> string_table(std::string_view key);
  /// The names in the table at `key`, such as [variable.NAME], for dotted keys below them.
  std::vector<std::string> names(std::string_view key);
  /// One reader for each table of an array of tables ([[scope]]); they report through this reader's finish().
  std::vector<toml_reader> tables(std::string_view key);

  /// Remembers an error at `key` ("FILE:LINE:COLUMN: KEY: `problem`").
  void reject(std::string_view key, std::string problem);
  /// Errors: bad_request; the first rejected key, else the first key nobody asked for.
  result<> finish();

 private:
  struct document;
  void reject_word(std::string_view key, std::string_view word, const std::vector<std::string>& words);
  explicit toml_reader(std::unique_ptr<document> opened);
  std::unique_ptr<document> document_;
};

template <class Value, std::size_t count>
std::optional<Value> toml_reader::choice(std::string_view key,
                                         const std::array<std::pair<std::string_view, Value>, count>& words) {
  const std::optional<std::string> word = string(key);
  if (!word) return std::nullopt;
  std::vector<std::string> known;
  for (const auto& [name, value] : words) {
    if (*word == name) return value;
    known.emplace_back(name);
  }
  reject_word(key, *word, known);
  return std::nullopt;
}

}  // namespace latchkey
