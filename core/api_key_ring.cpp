#include "core/api_key_ring.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "core/bounded_json.h"

namespace latchkey {
namespace {

using nlohmann::json;

constexpr std::int64_t format_version = 1;
constexpr int record_depth = 8;  // An object that holds a list of objects; a newer one may hold more.

fault damaged() {
  return {errc::internal,
          "the stored API keys are damaged: remove the account, add it again, and make new keys at the provider"};
}

std::optional<fault> check_format(const json& record) {
  const auto format = record.find("format");
  if (format == record.end() || !format->is_number_integer() || *format < format_version) return damaged();
  if (*format > format_version)
    return fault(errc::internal, "the stored API keys have format " + format->dump() +
                                     ", which a newer Latchkey wrote: update this one");
  return std::nullopt;
}

bool take_text(json& object, const char* name, std::string& into) {
  const auto found = object.find(name);
  if (found == object.end() || !found->is_string()) return false;
  into = std::move(found->get_ref<std::string&>());
  return true;
}

}  // namespace

secret encode_api_key_ring(const api_key_ring& ring) {
  json keys = json::array();
  for (const kept_api_key& each : ring)
    keys.push_back({{"name", each.name}, {"api_key", each.api_key}, {"secret", each.key_secret.reveal()}});
  const json record = {{"format", format_version}, {"keys", std::move(keys)}};
  return secret::take(record.dump());
}

result<api_key_ring> decode_api_key_ring(const secret& text) {
  api_key_ring ring;
  if (text.empty()) return ring;
  auto record = parse_bounded_json("the stored API keys", text.reveal(), record_depth);
  if (!record || !record->is_object()) return damaged();
  if (auto wrong = check_format(*record)) return *std::move(wrong);
  const auto keys = record->find("keys");
  if (keys == record->end() || !keys->is_array()) return damaged();
  for (json& each : *keys) {
    kept_api_key key;
    std::string key_secret;
    if (!each.is_object() || !take_text(each, "name", key.name) || !take_text(each, "api_key", key.api_key) ||
        !take_text(each, "secret", key_secret))
      return damaged();
    key.key_secret = secret::take(std::move(key_secret));
    ring.push_back(std::move(key));
  }
  return ring;
}

kept_api_key* find_api_key(api_key_ring& ring, std::string_view name) noexcept {
  const auto found = std::ranges::find(ring, name, &kept_api_key::name);
  return found == ring.end() ? nullptr : &*found;
}

}  // namespace latchkey
