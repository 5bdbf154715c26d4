#include "ipc/message_reader.h"

#include <algorithm>
#include <utility>

namespace latchkey::ipc {
namespace {

using nlohmann::json;

bool is_control_character(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
}

// A secret is not passed to printable(), which copies. The JSON parser has checked that it is UTF-8.
bool has_control_characters(std::string_view text) {
  return std::ranges::any_of(text, is_control_character);
}

bool is_of_lines(std::string_view text) {
  return std::ranges::none_of(text,
                              [](char c) { return is_control_character(c) && c != '\n' && c != '\r' && c != '\t'; });
}

}  // namespace

object_reader::object_reader(const json& object, strictness mode, std::string path, std::string& problem)
    : object_(object), mode_(mode), path_(std::move(path)), problem_(problem) {
  if (object_.is_object() || !problem_.empty()) return;
  const std::string name = path_.empty() ? "parameters" : path_.substr(0, path_.size() - 1);
  problem_ = name + ": must be an object";
}

const json* object_reader::member(std::string_view name) {
  known_.push_back(name);
  const auto found = object_.find(name);
  return found == object_.end() || found->is_null() ? nullptr : &*found;
}

void object_reader::fail(std::string_view name, std::string_view what) {
  if (problem_.empty()) problem_ = path_ + std::string(name) + ": " + std::string(what);
}

void object_reader::finish() {
  if (mode_ == strictness::reply || !object_.is_object()) return;
  for (const auto& [name, value] : object_.items())
    if (std::ranges::find(known_, std::string_view(name)) == known_.end())
      return fail(printable(name, 64), "is not known to this daemon");
}

bool object_reader::acceptable(const std::string& text) const {
  return mode_ == strictness::reply || printable(text, text.size()) == text;
}

void object_reader::take(const json& value, std::string_view name, std::string& into) {
  if (!value.is_string()) return fail(name, "must be a string");
  into = value.get_ref<const std::string&>();
  if (!acceptable(into)) fail(name, "holds control characters or is not UTF-8");
}

void object_reader::take(const json& value, std::string_view name, secret& into) {
  if (!value.is_string()) return fail(name, "must be a string");
  const auto& text = value.get_ref<const std::string&>();
  if (has_control_characters(text)) return fail(name, "holds control characters");
  into = secret(text);
}

void object_reader::take(const json& value, std::string_view name, bool& into) {
  if (!value.is_boolean()) return fail(name, "must be true or false");
  into = value.get<bool>();
}

void object_reader::take(const json& value, std::string_view name, std::int64_t& into) {
  if (!value.is_number_integer()) return fail(name, "must be a whole number");
  if (value.is_number_unsigned() && value.get<std::uint64_t>() > std::uint64_t{INT64_MAX})
    return fail(name, "is out of range");
  into = value.get<std::int64_t>();
}

void object_reader::take(const json& value, std::string_view name, std::vector<std::string>& into) {
  if (!value.is_array()) return fail(name, "must be an array of strings");
  into.reserve(value.size());
  for (const json& item : value) {
    if (!item.is_string()) return fail(name, "must be an array of strings");
    into.push_back(item.get<std::string>());
    if (!acceptable(into.back())) return fail(name, "holds control characters or is not UTF-8");
  }
}

void object_reader::take(const json& value, std::string_view name, std::map<std::string, std::string>& into) {
  if (!value.is_object()) return fail(name, "must be an object of strings");
  for (const auto& [key, item] : value.items()) {
    if (!item.is_string()) return fail(name, "must be an object of strings");
    const auto& text = item.get_ref<const std::string&>();
    if (!acceptable(key) || !acceptable(text)) return fail(name, "holds control characters or is not UTF-8");
    into.emplace(key, text);
  }
}

void object_reader::required_lines(std::string_view name, secret& into) {
  const json* const value = member(name);
  if (value == nullptr) return fail(name, "is missing");
  if (!value->is_string()) return fail(name, "must be a string");
  const auto& text = value->get_ref<const std::string&>();
  if (!is_of_lines(text)) return fail(name, "holds control characters other than line ends");
  into = secret(text);
}

void object_reader::required(std::string_view name, std::int64_t& into, range allowed) {
  required(name, into);
  if (into < allowed.lowest || into > allowed.highest)
    fail(name, "must be from " + std::to_string(allowed.lowest) + " to " + std::to_string(allowed.highest));
}

void object_reader::optional(std::string_view name, std::optional<std::int64_t>& into, range allowed) {
  optional(name, into);
  if (into && (*into < allowed.lowest || *into > allowed.highest))
    fail(name, "must be from " + std::to_string(allowed.lowest) + " to " + std::to_string(allowed.highest));
}

void object_reader::required(std::string_view name, std::string& into, std::span<const std::string_view> allowed) {
  required(name, into);
  check_choice(name, into, allowed);
}

void object_reader::optional(std::string_view name, std::optional<std::string>& into,
                             std::span<const std::string_view> allowed) {
  optional(name, into);
  if (into) check_choice(name, *into, allowed);
}

void object_reader::check_choice(std::string_view name, const std::string& value,
                                 std::span<const std::string_view> allowed) {
  if (mode_ == strictness::reply || std::ranges::find(allowed, std::string_view(value)) != allowed.end()) return;
  std::string choices;
  for (const std::string_view choice : allowed) choices += (choices.empty() ? "" : ", ") + std::string(choice);
  fail(name, "must be one of " + choices);
}

}  // namespace latchkey::ipc
