#include "core/toml_reader.h"

#include <algorithm>

#include "core/limits.h"
#include "core/toml_document.h"
#include "core/toml_quote.h"

namespace latchkey {
namespace {

// Every dot of a dotted key opens a table, and toml++ destroys nested tables recursively.
constexpr std::ptrdiff_t dots_in_a_line = 200;

}  // namespace

toml_reader::toml_reader(std::unique_ptr<document> opened) : document_(std::move(opened)) {}
toml_reader::toml_reader(toml_reader&&) noexcept = default;
toml_reader& toml_reader::operator=(toml_reader&&) noexcept = default;
toml_reader::~toml_reader() = default;

result<toml_reader> toml_reader::parse(std::string_view text, std::string file_name) {
  const std::string file = printable(file_name, file_name.size() * 4);
  if (text.size() > limits::config_file)
    return fault(errc::bad_request, position(file, {}) + "the file is larger than 1 MiB");
  toml::source_index line = 1;
  for (std::size_t start = 0; start < text.size(); ++line) {
    const std::string_view rest = text.substr(start);
    const std::string_view here = rest.substr(0, rest.find('\n'));
    if (std::ranges::count(here, '.') > dots_in_a_line)
      return fault(errc::bad_request, position(file, {line, 1}) + "the line has more than 200 dots; break it up");
    start += here.size() + 1;
  }
  try {
    auto opened = std::make_unique<document>();
    opened->file = std::make_shared<parsed_file>();
    opened->file->root = toml::parse(text);
    opened->file->name = file;
    opened->table = &opened->file->root;
    return toml_reader(std::move(opened));
  } catch (const toml::parse_error& error) {
    return fault(errc::bad_request, position(file, error.source().begin) + printable(error.description()));
  }
}

std::vector<toml_reader> toml_reader::tables(std::string_view key) {
  std::vector<toml_reader> readers;
  const toml::node* node = document_->find(key);
  if (node == nullptr) return readers;
  const toml::array* list = node->as_array();
  if (list == nullptr) {
    document_->reject_type(*node, key, "an array of tables");
    return readers;
  }
  for (const toml::node& each : *list) {
    if (const toml::table* table = each.as_table())
      readers.push_back(toml_reader(
          std::make_unique<document>(document{document_->file, table, document_->prefix + std::string(key) + "."})));
    else
      document_->reject_type(each, key, "an array of tables");
  }
  return readers;
}

void toml_reader::reject(std::string_view key, std::string problem) {
  const toml::node* node = document_->find(key);
  document_->reject(node != nullptr ? *node : *document_->table, key, problem);
}

void toml_reader::reject_word(std::string_view key, std::string_view word, const std::vector<std::string>& words) {
  std::string problem = "unknown value \"" + printable(word) + "\"";
  if (const auto meant = nearest_word(word, words)) {
    problem += "; did you mean \"" + *meant + "\"?";
  } else {
    problem += "; it is one of";
    for (const std::string& each : words) problem += (each == words.front() ? " \"" : ", \"") + each + "\"";
  }
  reject(key, problem);
}

result<> toml_reader::finish() {
  parsed_file& file = *document_->file;
  if (file.rejected) return *file.rejected;
  std::vector<unknown_key> unknown;
  file.find_unknown(file.root, "", unknown);
  if (unknown.empty()) return {};
  const auto before = [](const unknown_key& left, const unknown_key& right) {
    return std::pair(left.where.line, left.where.column) < std::pair(right.where.line, right.where.column);
  };
  const unknown_key& first = *std::ranges::min_element(unknown, before);
  std::string problem = "unknown key " + (is_bare(first.name) ? toml_quote(first.name) : printable(first.name));
  if (const auto meant = nearest_word(first.name, file.known_names(first.prefix)))
    problem += "; did you mean \"" + *meant + "\"?";
  file.reject_at(first.where, printable(first.path), problem);
  return *file.rejected;
}

}  // namespace latchkey
