#include "core/bounded_json.h"

#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

namespace latchkey {
namespace {

using nlohmann::json;

// Builds the value from the parser's events. Every event may stop the parse, which nlohmann's own builder cannot do: it
// would build all levels of a deep text and keep the last of two equal keys.
class bounded_builder final : public nlohmann::json_sax<json> {
 public:
  explicit bounded_builder(int depth) : depth_(static_cast<std::size_t>(depth)) {}

  bool null() override { return scalar(nullptr); }
  bool boolean(bool value) override { return scalar(value); }
  bool number_integer(number_integer_t value) override { return scalar(value); }
  bool number_unsigned(number_unsigned_t value) override { return scalar(value); }
  bool number_float(number_float_t value, const string_t& /*text*/) override { return scalar(value); }
  bool string(string_t& value) override { return scalar(std::move(value)); }
  bool binary(binary_t& value) override { return scalar(std::move(value)); }
  bool start_object(std::size_t /*elements*/) override { return open(json::object()); }
  bool start_array(std::size_t /*elements*/) override { return open(json::array()); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }

  bool key(string_t& name) override {
    if (enclosing_.back()->contains(name)) {
      problem_ = "has the key \"" + printable(name, 64) + "\" twice";
      return false;
    }
    key_ = std::move(name);
    return true;
  }

  bool parse_error(std::size_t position, const std::string& /*token*/,
                   const nlohmann::detail::exception& why) override {
    // The library's sentence quotes the text, which may be a token.
    const bool too_large = why.id == 406;
    problem_ = (too_large ? "holds a number out of range at byte " : "is not JSON at byte ") + std::to_string(position);
    return false;
  }

  json take() { return std::move(root_); }
  [[nodiscard]] const std::string& problem() const { return problem_; }

 private:
  bool scalar(json value) {
    place(std::move(value));
    return true;
  }

  json* place(json value) {
    if (enclosing_.empty()) {
      root_ = std::move(value);
      return &root_;
    }
    json& parent = *enclosing_.back();
    if (parent.is_object()) return &(parent[key_] = std::move(value));
    parent.push_back(std::move(value));
    return &parent.back();
  }

  bool open(json empty) {
    if (enclosing_.size() == depth_) {
      problem_ = "nests deeper than allowed (" + std::to_string(depth_) + ")";
      return false;
    }
    // The address stays good: the parent takes no other child before this one is closed.
    enclosing_.push_back(place(std::move(empty)));
    return true;
  }

  bool close() {
    enclosing_.pop_back();
    return true;
  }

  std::size_t depth_;
  json root_;
  std::vector<json*> enclosing_;
  std::string key_;
  std::string problem_;
};

}  // namespace

result<json> parse_bounded_json(std::string_view what, std::string_view text, int depth) {
  // The library takes a NUL for the end of the text, and what comes after it for nothing.
  if (const auto nul = text.find('\0'); nul != std::string_view::npos)
    return fault(errc::bad_request, std::string(what) + " is not JSON at byte " + std::to_string(nul));
  bounded_builder builder(depth);
  if (!json::sax_parse(text, &builder)) return fault(errc::bad_request, std::string(what) + " " + builder.problem());
  return builder.take();
}

}  // namespace latchkey
