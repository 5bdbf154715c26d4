#include "tests/ipc/varlink_idl.h"

#include <algorithm>
#include <cctype>
#include <stdexcept>

namespace latchkey::support {
namespace {

using nlohmann::json;
using kind = idl_type::kind;

class idl_parser {
 public:
  explicit idl_parser(std::string_view text) : text_(text) {}

  idl_interface parse() {
    idl_interface read;
    expect_word("interface");
    read.name = word();
    while (skip_blank(), !text_.empty()) {
      const std::string what = word();
      const std::string name = word();
      if (what == "type") {
        read.types[name] = structure();
      } else if (what == "error") {
        read.errors[name] = structure();
      } else if (what == "method") {
        read.methods[name].call = structure();
        expect("->");
        read.methods[name].reply = structure();
      } else {
        throw std::runtime_error("no declaration: " + what);
      }
    }
    return read;
  }

 private:
  void skip_blank() {
    while (!text_.empty()) {
      if (text_.front() == '#')
        text_.remove_prefix(std::min(text_.find('\n'), text_.size()));
      else if (std::isspace(static_cast<unsigned char>(text_.front())) != 0)
        text_.remove_prefix(1);
      else
        return;
    }
  }
  bool take(std::string_view token) {
    skip_blank();
    if (!text_.starts_with(token)) return false;
    text_.remove_prefix(token.size());
    return true;
  }
  void expect(std::string_view token) {
    if (!take(token))
      throw std::runtime_error("expected " + std::string(token) + " at: " + std::string(text_.substr(0, 40)));
  }
  std::string word() {
    skip_blank();
    const auto end = std::ranges::find_if_not(text_, [](char c) {
      return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '.' || c == '-';
    });
    std::string found(text_.begin(), end);
    if (found.empty()) throw std::runtime_error("expected a name at: " + std::string(text_.substr(0, 40)));
    text_.remove_prefix(found.size());
    return found;
  }
  void expect_word(std::string_view wanted) {
    if (word() != wanted) throw std::runtime_error("expected " + std::string(wanted));
  }

  idl_type_ptr structure() {
    expect("(");
    auto read = std::make_shared<idl_type>();
    read->what = kind::structure;
    while (!take(")")) {
      const std::string name = word();
      if (take(":"))
        read->members.emplace_back(name, type());
      else
        read->choices.push_back(name);
      take(",");
    }
    if (!read->choices.empty()) read->what = kind::choice;
    return read;
  }

  idl_type_ptr wrapped(kind what) {
    auto read = std::make_shared<idl_type>();
    read->what = what;
    read->inner = type();
    return read;
  }

  idl_type_ptr type() {
    if (take("?")) return wrapped(kind::maybe);
    if (take("[]")) return wrapped(kind::array);
    if (take("[string]")) return wrapped(kind::map);
    skip_blank();
    if (text_.starts_with("(")) return structure();
    auto read = std::make_shared<idl_type>();
    read->name = word();
    static const std::map<std::string, kind, std::less<>> basic{{"bool", kind::boolean},
                                                                {"int", kind::integer},
                                                                {"float", kind::floating},
                                                                {"string", kind::string},
                                                                {"object", kind::object}};
    const auto found = basic.find(read->name);
    read->what = found == basic.end() ? kind::named : found->second;
    return read;
  }

  std::string_view text_;
};

}  // namespace

idl_interface parse_idl(std::string_view text) {
  return idl_parser(text).parse();
}

json idl_interface::sample(const idl_type_ptr& type, fill how) const {
  json value;
  switch (type->what) {
    case kind::boolean:
      return true;
    case kind::integer:
      return 7;
    case kind::floating:
      return 0.5;
    case kind::string:
      return "text";
    case kind::object:
      return json::object();
    case kind::choice:
      return type->choices.back();
    case kind::named:
      return sample(types.at(type->name), how);
    case kind::maybe:
      return sample(type->inner, how);
    case kind::array:
      value = json::array();
      value.push_back(sample(type->inner, how));
      return value;
    case kind::map:
      value["key"] = sample(type->inner, how);
      return value;
    case kind::structure:
      value = json::object();
      for (const auto& [key, member] : type->members)
        if (how == fill::all || member->what != kind::maybe) value[key] = sample(member, how);
      return value;
  }
  throw std::logic_error("a type that is none");
}

std::string idl_interface::mismatch(const json& value, const idl_type_ptr& type, fill how) const {
  const auto must = [&](bool holds, const char* what) {
    return holds ? std::string() : value.dump() + " must be " + what;
  };
  switch (type->what) {
    case kind::boolean:
      return must(value.is_boolean(), "a bool");
    case kind::integer:
      return must(value.is_number_integer(), "an int");
    case kind::floating:
      return must(value.is_number(), "a float");
    case kind::string:
      return must(value.is_string(), "a string");
    case kind::object:
      return must(value.is_object(), "an object");
    case kind::choice:
      return must(value.is_string() && std::ranges::count(type->choices, value.get<std::string>()) == 1, "a choice");
    case kind::named:
      return mismatch(value, types.at(type->name), how);
    case kind::maybe:
      return mismatch(value, type->inner, how);
    case kind::array:
    case kind::map:
      if (type->what == kind::array ? !value.is_array() : !value.is_object()) return must(false, "a list or a map");
      for (const json& item : value)
        if (std::string problem = mismatch(item, type->inner, how); !problem.empty()) return problem;
      return {};
    case kind::structure:
      return structure_mismatch(value, *type, how);
  }
  throw std::logic_error("a type that is none");
}

std::string idl_interface::structure_mismatch(const json& value, const idl_type& type, fill how) const {
  if (!value.is_object()) return value.dump() + " must be an object";
  std::size_t known = 0;
  for (const auto& [key, member] : type.members) {
    const bool free = how == fill::some && member->what == kind::maybe;
    const bool expected = free ? value.contains(key) : how == fill::all || member->what != kind::maybe;
    if (value.contains(key) != expected) return key + (expected ? " is missing" : " is there");
    if (!expected) continue;
    ++known;
    if (std::string problem = mismatch(value[key], member, how); !problem.empty()) return key + ": " + problem;
  }
  return known == value.size() ? std::string() : "undeclared members in " + value.dump();
}

}  // namespace latchkey::support
