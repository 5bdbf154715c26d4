// Reads the members of one JSON object by name and type, and remembers the first thing that is wrong. Used by the
// message codec alone. Its sentences name members, never values: a value may be a secret.
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.h"
#include "core/secret.h"

namespace latchkey::ipc {

/// What a side expects of the other: a daemon refuses what it does not know, a client reads what a newer daemon adds.
enum class strictness { call, reply };

/// Lowest and highest value that a number may have.
struct range {
  std::int64_t lowest = 0;
  std::int64_t highest = std::numeric_limits<std::int64_t>::max();
};

class object_reader {
 public:
  /// `path` goes before member names in sentences ("account."); `problem` receives the first one and outlives this.
  object_reader(const nlohmann::json& object, strictness mode, std::string path, std::string& problem);

  /// A member that must be there. null counts as absent.
  template <class T>
  void required(std::string_view name, T& into) {
    const nlohmann::json* const value = member(name);
    if (value == nullptr) return fail(name, "is missing");
    take(*value, name, into);
  }
  /// A member that may be absent or null.
  template <class T>
  void optional(std::string_view name, std::optional<T>& into) {
    const nlohmann::json* const value = member(name);
    if (value == nullptr) return;
    take(*value, name, into.emplace());
  }
  void required(std::string_view name, std::int64_t& into, range allowed);
  void optional(std::string_view name, std::optional<std::int64_t>& into, range allowed);
  /// A string that is one of `allowed`. A reply may hold another: newer daemons have more to say.
  void required(std::string_view name, std::string& into, std::span<const std::string_view> allowed);
  void optional(std::string_view name, std::optional<std::string>& into, std::span<const std::string_view> allowed);
  /// A secret that is a text of lines, as a PEM file is.
  void required_lines(std::string_view name, secret& into);

  /// An object inside: `read` gets its reader.
  template <class F>
  void required_object(std::string_view name, const F& read) {
    const nlohmann::json* const value = member(name);
    if (value == nullptr) return fail(name, "is missing");
    inside(*value, path_ + std::string(name) + ".", read);
  }
  template <class F>
  void optional_object(std::string_view name, const F& read) {
    if (const nlohmann::json* const value = member(name); value != nullptr)
      inside(*value, path_ + std::string(name) + ".", read);
  }
  /// An array of objects: `read` gets a reader for each in turn.
  template <class F>
  void required_objects(std::string_view name, const F& read) {
    const nlohmann::json* const value = member(name);
    if (value == nullptr) return fail(name, "is missing");
    each_inside(*value, name, read);
  }
  template <class F>
  void optional_objects(std::string_view name, const F& read) {
    if (const nlohmann::json* const value = member(name); value != nullptr) each_inside(*value, name, read);
  }

  /// Says what is wrong with a member that was read, in words that go on after its name.
  void fail(std::string_view name, std::string_view what);
  /// To be called last: complains of members that nobody asked for.
  void finish();

 private:
  template <class F>
  void inside(const nlohmann::json& value, std::string path, const F& read) {
    object_reader reader(value, mode_, std::move(path), problem_);
    read(reader);
    reader.finish();
  }
  template <class F>
  void each_inside(const nlohmann::json& value, std::string_view name, const F& read) {
    if (!value.is_array()) return fail(name, "must be an array");
    for (std::size_t i = 0; i < value.size(); ++i)
      inside(value[i], path_ + std::string(name) + "[" + std::to_string(i) + "].", read);
  }
  const nlohmann::json* member(std::string_view name);
  void take(const nlohmann::json& value, std::string_view name, std::string& into);
  void take(const nlohmann::json& value, std::string_view name, secret& into);
  void take(const nlohmann::json& value, std::string_view name, bool& into);
  void take(const nlohmann::json& value, std::string_view name, std::int64_t& into);
  void take(const nlohmann::json& value, std::string_view name, std::vector<std::string>& into);
  void take(const nlohmann::json& value, std::string_view name, std::map<std::string, std::string>& into);
  bool acceptable(const std::string& text) const;
  void check_choice(std::string_view name, const std::string& value, std::span<const std::string_view> allowed);

  const nlohmann::json& object_;
  strictness mode_;
  std::string path_;
  std::string& problem_;
  std::vector<std::string_view> known_;
};

/// Decodes one message: `read` takes its members. Errors: bad_request, "MEMBER: what is wrong with it".
template <class T, class F>
[[nodiscard]] result<T> decode(const nlohmann::json& parameters, strictness mode, const F& read) {
  T value{};
  std::string problem;
  object_reader reader(parameters, mode, {}, problem);
  read(reader, value);
  reader.finish();
  if (!problem.empty()) return fault(errc::bad_request, std::move(problem));
  return value;
}

}  // namespace latchkey::ipc
