// Reads an interface file (https://varlink.org/Interface-Definition), makes sample values of its types, and checks
// values against them. Independent of the codec: the tests hold one to the other.
#pragma once

#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace latchkey::support {

struct idl_type;
using idl_type_ptr = std::shared_ptr<const idl_type>;
using idl_members = std::vector<std::pair<std::string, idl_type_ptr>>;

struct idl_type {
  enum class kind { boolean, integer, floating, string, object, choice, structure, array, map, maybe, named };
  kind what = kind::string;
  std::vector<std::string> choices;  ///< Of choice.
  idl_members members;               ///< Of structure.
  idl_type_ptr inner;                ///< Of array, map and maybe.
  std::string name;                  ///< Of named.
};

struct idl_method {
  idl_type_ptr call;
  idl_type_ptr reply;
};

/// Which of the optional members are there.
enum class fill { all, required_only, some };

struct idl_interface {
  std::string name;
  std::map<std::string, idl_type_ptr> types;
  std::map<std::string, idl_method> methods;
  std::map<std::string, idl_type_ptr> errors;

  /// A value of `type`.
  [[nodiscard]] nlohmann::json sample(const idl_type_ptr& type, fill how) const;
  /// What `value` has other than `type` says, or ""; with fill::all every optional member must be there, with
  /// required_only none, with some any.
  [[nodiscard]] std::string mismatch(const nlohmann::json& value, const idl_type_ptr& type, fill how) const;

 private:
  [[nodiscard]] std::string structure_mismatch(const nlohmann::json& value, const idl_type& type, fill how) const;
};

/// Throws std::runtime_error at the first thing that is no interface definition.
[[nodiscard]] idl_interface parse_idl(std::string_view text);

}  // namespace latchkey::support
