#include "daemon/key_desk.h"

#include <algorithm>

#include "core/exchange_call.h"
#include "core/url.h"
#include "daemon/api_call.h"
#include "daemon/log.h"

namespace latchkey {
namespace {

constexpr const char* read_scope = "account.fast-api-key:read";
constexpr const char* write_scope = "account.fast-api-key:write";

fault no_stored_key(const account& who, const std::string& name) {
  return {errc::bad_request, "the store has no secret of an API key \"" + printable(name) + "\" for " +
                                 who.config().name +
                                 ": `latchkey kraken keys list` shows the keys, and only one that was created through "
                                 "Latchkey has its secret here"};
}

}  // namespace

task<result<std::string>> key_desk::base_of(const account& who) {
  const auto server = co_await surroundings_.providers.resolve(who.config());
  if (!server) co_return server.error();
  if (!server->fast_api_keys)
    co_return fault(errc::bad_request, "the provider of " + who.config().name + ", " + printable(server->name) +
                                           ", has no Fast API keys (its preset does not say fast_api_keys = true)");
  const auto address = parse_endpoint("token_endpoint", server->token_endpoint);
  if (!address) co_return address.error();
  co_return origin_of(*address);
}

// The scope is the API's to check where the grant does not say what it covers.
task<result<http_response>> key_desk::ask(std::shared_ptr<account> who, const char* scope,
                                          std::function<http_request(const secret&)> make) {
  scope_list scopes;
  scopes.emplace_back(scope);
  co_return co_await call_with_token(surroundings_.world.http, std::move(who), std::move(scopes), std::move(make));
}

task<result<std::vector<key_desk::listed_key>>> key_desk::list(std::shared_ptr<account> who) {
  const auto base = co_await base_of(*who);
  if (!base) co_return base.error();
  auto make = [base = *base](const secret& token) { return list_fast_api_keys(base, token); };
  const auto response = co_await ask(who, read_scope, std::move(make));
  if (!response) co_return response.error();
  auto keys = parse_fast_api_keys(*response);
  if (!keys) co_return keys.error();
  auto ring = co_await ring_of(*who);
  if (!ring) co_return ring.error();
  std::vector<listed_key> listed;
  for (fast_api_key& each : *keys) {
    const kept_api_key* const kept = find_api_key(ring->keys, each.name);
    // The list may leave the public half out; where it is there, it tells a namesake apart.
    const bool same = kept != nullptr && (each.api_key.empty() || each.api_key == kept->api_key);
    listed.push_back({std::move(each), same});
  }
  co_return listed;
}

task<result<fast_api_key>> key_desk::create(std::shared_ptr<account> who, fast_api_key_wish wish) {
  if (auto checked = check_fast_api_key(wish); !checked) co_return checked.error();
  const auto base = co_await base_of(*who);
  if (!base) co_return base.error();
  // Before the key is made: a store that cannot be read could not keep its secret.
  if (auto ring = co_await ring_of(*who); !ring) co_return ring.error();
  const std::string name = wish.name;
  auto make = [base = *base, wish = std::move(wish)](const secret& token) {
    return create_fast_api_key(base, token, wish);
  };
  const auto response = co_await ask(who, write_scope, std::move(make));
  if (!response) co_return response.error();
  auto key = parse_created_fast_api_key(*response);
  if (!key) co_return key.error();
  key->name = name;
  if (auto kept = co_await keep(*who, *key); !kept) {
    auto undo = [base = *base, name](const secret& token) { return delete_fast_api_key(base, token, name); };
    const auto undone = co_await ask(who, write_scope, std::move(undo));
    fault why = kept.error();
    why.message = "the new key's secret could not be stored" +
                  std::string(undone && parse_fast_api_key_done(*undone) ? ", so the key was deleted again: "
                                                                         : ", and the key is still there: ") +
                  why.message;
    co_return why;
  }
  log::info("account " + who->config().name + ": created the API key " + printable(name));
  co_return std::move(*key);
}

task<result<>> key_desk::update(std::shared_ptr<account> who, fast_api_key_wish wish) {
  if (auto checked = check_fast_api_key(wish); !checked) co_return checked.error();
  const auto base = co_await base_of(*who);
  if (!base) co_return base.error();
  const std::string name = wish.name;
  const std::string new_name = wish.new_name.value_or(name);
  auto make = [base = *base, wish = std::move(wish)](const secret& token) {
    return update_fast_api_key(base, token, wish);
  };
  const auto response = co_await ask(who, write_scope, std::move(make));
  if (!response) co_return response.error();
  if (auto done = parse_fast_api_key_done(*response); !done) co_return done.error();
  log::info("account " + who->config().name + ": changed the API key " + printable(name));
  if (new_name == name) co_return result<>();
  co_return co_await rename(*who, name, new_name);
}

task<result<>> key_desk::remove(std::shared_ptr<account> who, std::string name) {
  const auto base = co_await base_of(*who);
  if (!base) co_return base.error();
  auto make = [base = *base, name](const secret& token) { return delete_fast_api_key(base, token, name); };
  const auto response = co_await ask(who, write_scope, std::move(make));
  if (!response) co_return response.error();
  const auto done = parse_fast_api_key_done(*response);
  // A key that the provider does not know is gone; one that it did not delete may still be used.
  const bool unknown = !done && done.error().code == errc::bad_request;
  if (!done && !unknown) co_return done.error();
  const auto forgotten = co_await forget(*who, name);
  if (!forgotten) co_return forgotten.error();
  if (unknown && !*forgotten) co_return done.error();
  log::info("account " + who->config().name + ": deleted the API key " + printable(name));
  co_return result<>();
}

task<result<std::string>> key_desk::call(std::shared_ptr<account> who, exchange_order order) {
  const auto base = co_await base_of(*who);
  if (!base) co_return base.error();
  auto ring = co_await ring_of(*who);
  if (!ring) co_return ring.error();
  kept_api_key* const kept = find_api_key(ring->keys, order.key);
  if (kept == nullptr) co_return no_stored_key(*who, order.key);
  fast_api_key key;
  key.api_key = kept->api_key;
  key.key_secret = std::move(kept->key_secret);
  auto request = exchange_call(*base, key, order.method, next_nonce(key.api_key), order.fields);
  if (!request) co_return request.error();
  const auto response = co_await surroundings_.world.http.send(std::move(*request));
  if (!response) co_return response.error();
  co_return parse_exchange_answer(*response);
}

// Microseconds, so that the keys' other users, who mostly count milliseconds, do not get ahead of it.
std::uint64_t key_desk::next_nonce(const std::string& api_key) {
  const auto now = std::chrono::microseconds(surroundings_.world.time.now().wall.time_since_epoch()).count();
  std::uint64_t& last = last_nonces_[api_key];
  last = std::max(last + 1, static_cast<std::uint64_t>(now));
  return last;
}

task<result<key_desk::stored_ring>> key_desk::ring_of(const account& who) {
  auto record = co_await surroundings_.world.store.load(who.api_keys_id());
  if (!record) co_return record.error();
  auto keys = decode_api_key_ring(record->value);
  if (!keys) co_return keys.error();
  stored_ring ring;
  ring.keys = std::move(*keys);
  ring.version = record->version;
  co_return ring;
}

task<result<>> key_desk::keep(const account& who, const fast_api_key& key) {
  auto ring = co_await ring_of(who);
  if (!ring) co_return ring.error();
  kept_api_key fresh;
  fresh.name = key.name;
  fresh.api_key = key.api_key;
  fresh.key_secret = key.key_secret.clone();
  if (kept_api_key* const before = find_api_key(ring->keys, key.name); before != nullptr)
    *before = std::move(fresh);
  else
    ring->keys.push_back(std::move(fresh));
  auto saved =
      co_await surroundings_.world.store.save(who.api_keys_id(), encode_api_key_ring(ring->keys), ring->version);
  if (!saved) co_return saved.error();
  co_return result<>();
}

task<result<>> key_desk::rename(const account& who, const std::string& from, const std::string& to) {
  auto ring = co_await ring_of(who);
  if (!ring) co_return ring.error();
  kept_api_key* const kept = find_api_key(ring->keys, from);
  if (kept == nullptr) co_return result<>();
  kept->name = to;
  auto saved =
      co_await surroundings_.world.store.save(who.api_keys_id(), encode_api_key_ring(ring->keys), ring->version);
  if (!saved) co_return saved.error();
  co_return result<>();
}

// True where there was one.
task<result<bool>> key_desk::forget(const account& who, const std::string& name) {
  auto ring = co_await ring_of(who);
  if (!ring) co_return ring.error();
  const auto gone = std::erase_if(ring->keys, [&](const kept_api_key& each) { return each.name == name; });
  if (gone == 0) co_return false;
  auto saved =
      co_await surroundings_.world.store.save(who.api_keys_id(), encode_api_key_ring(ring->keys), ring->version);
  if (!saved) co_return saved.error();
  co_return true;
}

}  // namespace latchkey
