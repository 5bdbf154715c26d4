// api_key_book's reading of a request for a Fast API key: JSON, and the rules of each member.
#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <utility>

#include "tests/sandbox/api_key_book.h"
#include "tests/sandbox/network.h"

namespace latchkey::sandbox {
namespace {

using nlohmann::json;

constexpr std::size_t longest_name = 32;

// Characters, not bytes: UTF-8 continuation bytes belong to the one before. The parser lets nothing but UTF-8 through.
std::size_t characters_in(const std::string& text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U; }));
}

bool is_name(const json& value) {
  if (!value.is_string()) return false;
  const std::size_t size = characters_in(value.get_ref<const std::string&>());
  return size >= 1 && size <= longest_name;
}

// Says whether `value` was fit; each reads one member.
bool read_permissions(const json& value, api_key_wish& wish) {
  if (!value.is_object()) return false;
  wish.permissions.emplace();
  for (const auto& [name, on] : value.items()) {
    if (!is_known_permission(name) || !on.is_boolean()) return false;
    if (on.get<bool>()) wish.permissions->insert(name);
  }
  return true;
}

bool read_allowlist(const json& value, api_key_wish& wish) {
  if (!value.is_array()) return false;
  wish.ip_allowlist.emplace();
  for (const json& each : value) {
    if (!each.is_string() || !is_network(each.get<std::string>())) return false;
    wish.ip_allowlist->push_back(each.get<std::string>());
  }
  return true;
}

// A whole number from 0; null says 0.
template <class Number>
bool read_number(const json& value, std::optional<Number>& into) {
  if (!value.is_null() && !value.is_number_unsigned()) return false;
  const std::uint64_t number = value.is_null() ? 0 : value.get<std::uint64_t>();
  if (!std::in_range<Number>(number)) return false;
  into = static_cast<Number>(number);
  return true;
}

bool read_member(const std::string& name, const json& value, api_key_wish& wish) {
  if (name == "permissions") return read_permissions(value, wish);
  if (name == "ip_allowlist") return read_allowlist(value, wish);
  if (name == "nonce_window") return read_number(value, wish.nonce_window);
  if (name == "query_from") return read_number(value, wish.query_from);
  if (name == "query_to") return read_number(value, wish.query_to);
  if (name == "valid_until") return read_number(value, wish.valid_until);
  if (!is_name(value)) return false;
  if (name == "api_key_name") wish.name = value.get<std::string>();
  if (name == "new_api_key_name") wish.new_name = value.get<std::string>();
  return true;
}

// A name of an argument could be taken for a wish, too.
exchange_result<api_key_wish> refused(std::string_view what) {
  return {boost::system::in_place_error, invalid_arguments(what)};
}

}  // namespace

exchange_result<api_key_wish> read_api_key_wish(std::string_view body) {
  const json members = json::parse(body, nullptr, false);
  if (!members.is_object()) return refused("body");
  if (!members.contains("api_key_name")) return refused("api_key_name");
  api_key_wish wish;
  constexpr std::array known{"api_key_name", "new_api_key_name", "permissions", "ip_allowlist",
                             "nonce_window", "query_from",       "query_to",    "valid_until"};
  for (const char* const name : known) {
    const auto found = members.find(name);
    if (found != members.end() && !read_member(name, *found, wish)) return refused(name);
  }
  return wish;
}

}  // namespace latchkey::sandbox
