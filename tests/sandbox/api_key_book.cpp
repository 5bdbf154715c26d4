#include "tests/sandbox/api_key_book.h"

#include <openssl/sha.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <span>

#include "core/secret.h"
#include "tests/sandbox/encoding.h"

namespace latchkey::sandbox {
namespace {

constexpr std::size_t public_half_bytes = 42;  // 56 letters, as the exchange's own.

// 64 bytes as random as `token` is.
std::array<unsigned char, SHA512_DIGEST_LENGTH> bytes_from(const std::string& token) {
  std::array<unsigned char, SHA512_DIGEST_LENGTH> digest{};
  SHA512(reinterpret_cast<const unsigned char*>(token.data()), token.size(), digest.data());
  return digest;
}

std::optional<std::uint64_t> nonce_of(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (fault != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// Says whether `nonce` was taken.
bool spend(api_key& key, std::uint64_t nonce) {
  const std::uint64_t below = key.highest_nonce - std::min(key.highest_nonce, key.nonce_window);
  if (nonce <= key.highest_nonce && (nonce < below || nonce == 0 || key.used.contains(nonce))) return false;
  key.highest_nonce = std::max(key.highest_nonce, nonce);
  key.used.insert(nonce);
  // The highest itself stays, so that it is never taken again.
  const std::uint64_t oldest = key.highest_nonce - std::min(key.highest_nonce, key.nonce_window);
  key.used.erase(key.used.begin(), key.used.lower_bound(oldest));
  return true;
}

void apply(const api_key_wish& wish, api_key& key) {
  if (wish.permissions) key.permissions = *wish.permissions;
  if (wish.ip_allowlist) key.ip_allowlist = *wish.ip_allowlist;
  key.nonce_window = wish.nonce_window.value_or(key.nonce_window);
  key.query_from = wish.query_from.value_or(key.query_from);
  key.query_to = wish.query_to.value_or(key.query_to);
  key.valid_until = wish.valid_until.value_or(key.valid_until);
}

}  // namespace

exchange_error invalid_arguments(std::string_view what) {
  return "EGeneral:Invalid arguments:" + std::string(what);
}

bool api_key_book::covers(const app& by, const api_key_wish& wish) {
  const std::set<std::string> none;
  return std::ranges::all_of(wish.permissions.value_or(none), [&](const std::string& permission) {
    return holds(by.scopes, scope_of_permission(permission));
  });
}

api_key* api_key_book::find(std::string_view name) {
  const auto found = std::ranges::find(keys_, name, &api_key::name);
  return found == keys_.end() ? nullptr : &*found;
}

exchange_result<const api_key*> api_key_book::create(const api_key_wish& wish, const app& by, std::int64_t unix_time) {
  if (wish.new_name) return invalid_arguments("new_api_key_name");
  if (find(wish.name) != nullptr) return invalid_arguments("api_key_name exists");
  if (!covers(by, wish)) return exchange_error(permission_denied);
  api_key key;
  key.name = wish.name;
  key.id = next_token_();
  const auto public_bytes = bytes_from(next_token_());
  key.public_half = base64(std::span(public_bytes).first(public_half_bytes));
  key.key_secret = base64(bytes_from(next_token_()));
  key.oauth_client = by.client_id;
  key.created_time = key.modified_time = unix_time;
  apply(wish, key);
  const api_key* const made = &keys_.emplace_back(std::move(key));
  return made;
}

exchange_result<void> api_key_book::update(const api_key_wish& wish, const app& by, std::int64_t unix_time) {
  api_key* const key = find(wish.name);
  if (key == nullptr) return invalid_arguments("api_key_name unknown");
  const api_key* const namesake = wish.new_name ? find(*wish.new_name) : nullptr;
  if (namesake != nullptr && namesake != key) return invalid_arguments("new_api_key_name exists");
  if (!covers(by, wish)) return exchange_error(permission_denied);
  if (wish.new_name) key->name = *wish.new_name;
  key->modified_time = unix_time;
  apply(wish, *key);
  return {};
}

exchange_result<void> api_key_book::remove(const std::string& name) {
  if (std::erase_if(keys_, [&](const api_key& key) { return key.name == name; }) > 0) return {};
  return invalid_arguments("api_key_name unknown");
}

exchange_result<const api_key*> api_key_book::prove(const proof& given, std::int64_t unix_time) {
  const auto found = std::ranges::find(keys_, given.api_key, &api_key::public_half);
  if (found == keys_.end()) return exchange_error("EAPI:Invalid key");
  if (found->valid_until != 0 && found->valid_until <= unix_time) return exchange_error("EAPI:Invalid key");
  const auto expected = exchange_signature(found->key_secret, given.call);
  if (!expected || !constant_time_equal(*expected, given.api_sign)) return exchange_error("EAPI:Invalid signature");
  const auto nonce = nonce_of(given.call.nonce);
  if (!nonce || !spend(*found, *nonce)) return exchange_error("EAPI:Invalid nonce");
  found->last_used = unix_time;
  const api_key* const proven = &*found;
  return proven;
}

}  // namespace latchkey::sandbox
