#include "core/toml_reader.h"

#include <toml++/toml.h>

#include <algorithm>
#include <set>

#include "core/limits.h"
#include "core/toml_quote.h"

namespace latchkey {
namespace {

// Every dot of a dotted key opens a table, and toml++ destroys nested tables recursively.
constexpr std::ptrdiff_t dots_in_a_line = 200;

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

constexpr std::string_view unprintable_problem =
    "holds a control character or one that cannot be seen; write it without";

struct unknown_key {
  std::string path;
  std::string name;
  std::string prefix;
  toml::source_position where;
};

struct parsed_file {
  toml::table root;
  std::string name;
  std::set<std::string, std::less<>> known;
  std::optional<fault> rejected;

  void reject_at(const toml::source_position& where, std::string_view key, std::string_view problem) {
    if (rejected) return;
    rejected.emplace(errc::bad_request, position(name, where) + std::string(key) + ": " + std::string(problem));
  }

  [[nodiscard]] bool has_known_below(const std::string& path) const {
    const auto next = known.lower_bound(path + ".");
    return next != known.end() && next->starts_with(path + ".");
  }

  [[nodiscard]] std::vector<std::string> known_names(const std::string& prefix) const {
    std::vector<std::string> names;
    for (const std::string& path : known)
      if (path.starts_with(prefix))
        names.push_back(path.substr(prefix.size(), path.find('.', prefix.size()) - prefix.size()));
    return names;
  }

  void find_unknown(const toml::table& table, const std::string& prefix, std::vector<unknown_key>& found) const {
    for (const auto& [key, value] : table) {
      const std::string name_here = as_written(key.str());
      const std::string path = prefix + name_here;
      if (const toml::table* inner = value.as_table(); inner != nullptr && has_known_below(path)) {
        find_unknown(*inner, path + ".", found);
      } else if (const toml::array* list = value.as_array(); list != nullptr && has_known_below(path)) {
        for (const toml::node& each : *list)
          if (const toml::table* inner_table = each.as_table()) find_unknown(*inner_table, path + ".", found);
      } else if (!known.contains(path)) {
        found.push_back({path, name_here, prefix, key.source().begin});
      }
    }
  }
};

}  // namespace

struct toml_reader::document {
  std::shared_ptr<parsed_file> file;
  const toml::table* table = nullptr;
  std::string prefix;  // Of keys in `table`, as written from the file's root: "" or "scope."

  // The node at a dotted key, which becomes known; null where there is none.
  const toml::node* find(std::string_view key) {
    file->known.insert(prefix + std::string(key));
    const toml::table* inside = table;
    for (std::size_t start = 0;;) {
      const std::size_t dot = key.find('.', start);
      const toml::node* node = inside->get(key.substr(start, dot - start));
      if (node == nullptr || dot == std::string_view::npos) return node;
      inside = node->as_table();
      if (inside == nullptr) {
        file->reject_at(node->source().begin, prefix + std::string(key.substr(0, dot)),
                        "must be a table, not " + std::string(in_words(node->type())));
        return nullptr;
      }
      start = dot + 1;
    }
  }

  // The table at a dotted key; null where there is none, or where something else is, which is rejected.
  const toml::table* find_table(std::string_view key, std::string_view wanted) {
    const toml::node* node = find(key);
    if (node != nullptr && !node->is_table()) reject_type(*node, key, wanted);
    return node != nullptr ? node->as_table() : nullptr;
  }

  void reject(const toml::node& node, std::string_view key, std::string_view problem) const {
    file->reject_at(node.source().begin, prefix + std::string(key), problem);
  }

  void reject_type(const toml::node& node, std::string_view key, std::string_view wanted) const {
    reject(node, key, "must be " + std::string(wanted) + ", not " + std::string(in_words(node.type())));
  }

  std::optional<std::string> text_of(const toml::node& node, std::string_view key) const {
    const toml::value<std::string>* value = node.as_string();
    if (value == nullptr) {
      reject_type(node, key, "a string");
    } else if (has_unprintable(value->get())) {
      reject(node, key, unprintable_problem);
    } else {
      return value->get();
    }
    return std::nullopt;
  }
};

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

std::optional<std::string> toml_reader::string(std::string_view key) {
  const toml::node* node = document_->find(key);
  if (node == nullptr) return std::nullopt;
  return document_->text_of(*node, key);
}

std::optional<std::int64_t> toml_reader::integer(std::string_view key) {
  const toml::node* node = document_->find(key);
  if (node == nullptr) return std::nullopt;
  if (const toml::value<std::int64_t>* value = node->as_integer()) return value->get();
  document_->reject_type(*node, key, "an integer");
  return std::nullopt;
}

std::optional<wall_time> toml_reader::date_time(std::string_view key) {
  const toml::node* node = document_->find(key);
  if (node == nullptr) return std::nullopt;
  const toml::value<toml::date_time>* value = node->as_date_time();
  if (value != nullptr && value->get().offset) {
    const auto& [date, time, offset] = value->get();
    const std::chrono::year_month_day day{std::chrono::year(date.year), std::chrono::month(date.month),
                                          std::chrono::day(date.day)};
    return std::chrono::sys_days(day) + std::chrono::hours(time.hour) + seconds(time.second) +
           std::chrono::minutes(time.minute - offset->minutes);
  }
  document_->reject(*node, key, "must be a date with a time and its offset, as 2026-12-24T00:00:00Z");
  return std::nullopt;
}

std::optional<bool> toml_reader::boolean(std::string_view key) {
  const toml::node* node = document_->find(key);
  if (node == nullptr) return std::nullopt;
  if (const toml::value<bool>* value = node->as_boolean()) return value->get();
  document_->reject_type(*node, key, "true or false");
  return std::nullopt;
}

std::optional<std::vector<std::string>> toml_reader::strings(std::string_view key) {
  const toml::node* node = document_->find(key);
  if (node == nullptr) return std::nullopt;
  const toml::array* list = node->as_array();
  if (list == nullptr) {
    document_->reject_type(*node, key, "an array of strings");
    return std::nullopt;
  }
  std::vector<std::string> texts;
  for (const toml::node& each : *list) {
    std::optional<std::string> text = document_->text_of(each, key);
    if (!text) return std::nullopt;
    texts.push_back(std::move(*text));
  }
  return texts;
}

std::optional<std::map<std::string, std::string>> toml_reader::string_table(std::string_view key) {
  const toml::table* table = document_->find_table(key, "a table of strings");
  if (table == nullptr) return std::nullopt;
  std::map<std::string, std::string> texts;
  for (const auto& [name, value] : *table) {
    const std::string path = std::string(key) + "." + as_written(name.str());
    if (has_unprintable(name.str())) document_->reject(value, path, unprintable_problem);
    std::optional<std::string> text = document_->text_of(value, path);
    if (!text) return std::nullopt;
    texts.emplace(name.str(), std::move(*text));
  }
  return texts;
}

std::vector<std::string> toml_reader::names(std::string_view key) {
  std::vector<std::string> found;
  if (const toml::table* table = document_->find_table(key, "a table"))
    for (const auto& [name, value] : *table) found.emplace_back(name.str());
  return found;
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
  reject(key, "unknown value \"" + printable(word) + "\"; " + offered(word, words));
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
