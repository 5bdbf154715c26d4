// toml_reader's getters.
#include "core/toml_document.h"

namespace latchkey {

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

std::optional<wall_time> toml_reader::date_time(std::string_view key) {
  const toml::node* node = document_->find(key);
  if (node == nullptr) return std::nullopt;
  const toml::value<toml::date_time>* value = node->as_date_time();
  if (value == nullptr) {
    document_->reject_type(*node, key, "a date with a time, as 2026-12-24T00:00:00Z");
    return std::nullopt;
  }
  const toml::date_time& told = value->get();
  if (!told.offset) {
    document_->reject(*node, key, "must end with Z or an offset, as 2026-12-24T00:00:00Z");
    return std::nullopt;
  }
  const std::chrono::year_month_day day{std::chrono::year(told.date.year), std::chrono::month(told.date.month),
                                        std::chrono::day(told.date.day)};
  return std::chrono::sys_days(day) + std::chrono::hours(told.time.hour) + std::chrono::minutes(told.time.minute) +
         seconds(told.time.second) - std::chrono::minutes(told.offset->minutes);
}

std::vector<std::string> toml_reader::names(std::string_view key) {
  std::vector<std::string> found;
  if (const toml::table* table = document_->find_table(key, "a table"))
    for (const auto& [name, value] : *table) found.emplace_back(name.str());
  return found;
}

}  // namespace latchkey
