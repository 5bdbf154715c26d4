// What is behind a toml_reader: the parsed file, which all readers of its tables share, and one table of it. Used by
// toml_reader's own files alone.
#pragma once

#include <toml++/toml.h>

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/toml_reader.h"

namespace latchkey {

inline constexpr std::string_view unprintable_problem =
    "holds a control character or one that cannot be seen; write it without";

[[nodiscard]] bool is_bare(std::string_view key);
/// A key as one would write it: "a.b" in quotes is another key than a.b.
[[nodiscard]] std::string as_written(std::string_view key);
/// "FILE:LINE:COLUMN: "
[[nodiscard]] std::string position(const std::string& file, const toml::source_position& where);
[[nodiscard]] std::string_view in_words(toml::node_type type);
[[nodiscard]] bool has_unprintable(std::string_view text);

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

}  // namespace latchkey
