// Prints what the configuration files may hold and which errors there are, for the test of the man pages. It defines
// toml_reader itself, in place of core/toml_reader.cpp: each question that a parser asks becomes a line, so that no key
// can be missed.
//   key FILE KEY TYPE       FILE: config, account or provider
//   word FILE KEY WORD      a value that the key may have, where it has a fixed set of them
//   error NAME EXIT_CODE
#include <iostream>

#include "core/account_config.h"
#include "core/provider.h"
#include "core/settings.h"
#include "core/toml_reader.h"

namespace latchkey {

// A table, by the keys that lead to it: "" or "scope.". The file's name is the same for all of one parser.
struct toml_reader::document {
  std::string file;
  std::string prefix;

  void note(std::string_view key, std::string_view type) const {
    std::cout << "key " << file << ' ' << prefix << key << ' ' << type << '\n';
  }
};

toml_reader::toml_reader(std::unique_ptr<document> opened) : document_(std::move(opened)) {}
toml_reader::toml_reader(toml_reader&&) noexcept = default;
toml_reader& toml_reader::operator=(toml_reader&&) noexcept = default;
toml_reader::~toml_reader() = default;

result<toml_reader> toml_reader::parse(std::string_view /*text*/, std::string file_name) {
  return toml_reader(std::make_unique<document>(document{std::move(file_name), ""}));
}

// No word of any set, so that choice() goes on to tell which there are.
std::optional<std::string> toml_reader::string(std::string_view key) {
  document_->note(key, "string");
  return "?";
}

void toml_reader::reject_word(std::string_view key, std::string_view /*word*/, const std::vector<std::string>& words) {
  for (const std::string& each : words)
    std::cout << "word " << document_->file << ' ' << document_->prefix << key << ' ' << each << '\n';
}

std::optional<std::int64_t> toml_reader::integer(std::string_view key) {
  document_->note(key, "integer");
  return std::nullopt;
}

std::optional<bool> toml_reader::boolean(std::string_view key) {
  document_->note(key, "boolean");
  return std::nullopt;
}

std::optional<std::vector<std::string>> toml_reader::strings(std::string_view key) {
  document_->note(key, "list of strings");
  return std::nullopt;
}

std::optional<std::map<std::string, std::string>> toml_reader::string_table(std::string_view key) {
  document_->note(key, "table of strings");
  return std::nullopt;
}

// One, by a name that any rule takes.
std::vector<std::string> toml_reader::names(std::string_view /*key*/) {
  return {"name"};
}

std::vector<toml_reader> toml_reader::tables(std::string_view key) {
  document_->note(key, "list of tables");
  std::vector<toml_reader> one;
  one.push_back(
      toml_reader(std::make_unique<document>(document{document_->file, document_->prefix + std::string(key) + "."})));
  return one;
}

void toml_reader::reject(std::string_view /*key*/, std::string /*problem*/) {}

result<> toml_reader::finish() {
  return {};
}

}  // namespace latchkey

int main() {
  [[maybe_unused]] const auto config = latchkey::parse_settings("", "config");
  [[maybe_unused]] const auto account = latchkey::parse_account("", "name", "account");
  [[maybe_unused]] const auto provider = latchkey::parse_provider("", "name", "provider");
  for (const latchkey::error_info& row : latchkey::error_table())
    std::cout << "error " << row.wire_name << ' ' << row.exit_code << '\n';
}
