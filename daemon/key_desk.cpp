#include "daemon/key_desk.h"

#include <algorithm>

#include "core/exchange_call.h"
#include "core/url.h"
#include "daemon/log.h"

namespace latchkey {
namespace {

constexpr const char* read_scope = "account.fast-api-key:read";
constexpr const char* write_scope = "account.fast-api-key:write";
constexpr int ring_changes = 5;  // Tries; each fails only where another change of the same ring came between.

fault no_stored_key(const account& who, const std::string& name) {
  return {errc::bad_request, "the store has no secret of an API key \"" + printable(name) + "\" for " +
                                 who.config().name +
                                 ": `latchkey kraken keys list` shows the keys, and only one that was created through "
                                 "Latchkey has its secret here"};
}

// The request went out, and the answer does not tell what came of it.
fault perhaps_made(fault why) {
  const bool clear =
      !why.provider_text.empty() || (why.code != errc::temporarily_unavailable && why.code != errc::provider_error);
  if (!clear)
    why.message +=
        "; the key may be there now without its secret: look with `latchkey kraken keys list`, and delete it";
  return why;
}

fault after(std::string_view what, fault why) {
  why.message = std::string(what) + ": " + why.message;
  return why;
}

// Nothing may be stored for it any more.
result<> check_there(const account& who) {
  if (!who.retired()) return {};
  return fault(errc::no_such_account, "the account " + who.config().name + " was removed meanwhile");
}

void tell(const account& who, const std::string& what, const std::string& key) {
  const std::string& name = who.config().name;
  log::info("account " + name + ": " + what + " the API key " + printable(key), {name, "api_key"});
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
task<result<api_answer>> key_desk::ask(std::shared_ptr<account> who, const char* scope,
                                       std::function<http_request(const secret&)> make) {
  scope_list scopes;
  scopes.emplace_back(scope);
  co_return co_await call_with_token(surroundings_.world.http, std::move(who), std::move(scopes), std::move(make));
}

task<result<std::vector<key_desk::listed_key>>> key_desk::list(std::shared_ptr<account> who) {
  const auto base = co_await base_of(*who);
  if (!base) co_return base.error();
  auto make = [base = *base](const secret& token) { return list_fast_api_keys(base, token); };
  const auto answer = co_await ask(who, read_scope, std::move(make));
  if (!answer) co_return answer.error();
  auto keys = answer->read(parse_fast_api_keys);
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
  auto work = make(who, std::move(wish));
  co_return co_await who->to_its_end(std::move(work));
}

task<result<>> key_desk::update(std::shared_ptr<account> who, fast_api_key_wish wish) {
  auto work = change(who, std::move(wish));
  co_return co_await who->to_its_end(std::move(work));
}

task<result<>> key_desk::remove(std::shared_ptr<account> who, std::string name) {
  auto work = destroy(who, std::move(name));
  co_return co_await who->to_its_end(std::move(work));
}

task<result<fast_api_key>> key_desk::make(std::shared_ptr<account> who, fast_api_key_wish wish) {
  const auto changing = who->change_of_api_keys();
  if (auto there = check_there(*who); !there) co_return there.error();
  if (auto checked = check_fast_api_key(wish); !checked) co_return checked.error();
  if (wish.new_name) co_return fault(errc::bad_request, "a key that is made has one name: leave the new name out");
  const auto base = co_await base_of(*who);
  if (!base) co_return base.error();
  // Before the key is made: a store that cannot be read could not keep its secret.
  if (auto ring = co_await ring_of(*who); !ring) co_return ring.error();
  bool sent = false;
  auto request = [&](const secret& token) {
    sent = true;
    return create_fast_api_key(*base, token, wish);
  };
  const auto answer = co_await ask(who, write_scope, request);
  if (!answer) co_return sent ? perhaps_made(answer.error()) : answer.error();
  auto key = answer->read(parse_created_fast_api_key);
  if (!key) co_return perhaps_made(key.error());
  key->name = wish.name;
  if (auto kept = co_await keep(*who, *key); !kept) {
    const bool gone = co_await take_back(who, *base, wish.name);
    co_return after(gone ? "the new key's secret could not be stored, so the key was deleted again"
                         : "the new key's secret could not be stored, and the key is still there: delete it",
                    kept.error());
  }
  tell(*who, "created", wish.name);
  co_return std::move(*key);
}

task<result<>> key_desk::change(std::shared_ptr<account> who, fast_api_key_wish wish) {
  const auto changing = who->change_of_api_keys();
  if (auto there = check_there(*who); !there) co_return there.error();
  if (auto checked = check_fast_api_key(wish); !checked) co_return checked.error();
  const auto base = co_await base_of(*who);
  if (!base) co_return base.error();
  const bool renamed = wish.new_name && *wish.new_name != wish.name;
  if (renamed)
    if (auto ring = co_await ring_of(*who); !ring) co_return ring.error();
  auto request = [&](const secret& token) { return update_fast_api_key(*base, token, wish); };
  const auto answer = co_await ask(who, write_scope, request);
  if (!answer) co_return answer.error();
  if (auto done = answer->read(parse_fast_api_key_done); !done) co_return done.error();
  tell(*who, "changed", wish.name);
  if (!renamed) co_return result<>();
  if (auto followed = co_await rename(*who, wish.name, *wish.new_name); !followed)
    co_return after("the key was renamed, but the store has its secret under the old name still", followed.error());
  co_return result<>();
}

task<result<>> key_desk::destroy(std::shared_ptr<account> who, std::string name) {
  const auto changing = who->change_of_api_keys();
  if (auto there = check_there(*who); !there) co_return there.error();
  fast_api_key_wish named;
  named.name = name;
  if (auto checked = check_fast_api_key(named); !checked) co_return checked.error();
  const auto base = co_await base_of(*who);
  if (!base) co_return base.error();
  if (auto ring = co_await ring_of(*who); !ring) co_return ring.error();
  auto request = [&](const secret& token) { return delete_fast_api_key(*base, token, name); };
  const auto answer = co_await ask(who, write_scope, request);
  if (!answer) co_return answer.error();
  const auto done = answer->read(parse_fast_api_key_done);
  // "Invalid arguments" may say that there is no such key, or something else: a key that may still be used keeps its
  // secret.
  if (!done) {
    if (done.error().code != errc::bad_request) co_return done.error();
    const bool there = co_await is_listed(who, *base, name);
    if (there) co_return done.error();
  }
  const auto forgotten = co_await forget(*who, name);
  if (!forgotten)
    co_return after("the key is deleted, but its secret could not be removed from the store", forgotten.error());
  if (!done && !*forgotten) co_return done.error();
  tell(*who, "deleted", name);
  co_return result<>();
}

task<bool> key_desk::take_back(std::shared_ptr<account> who, std::string base, std::string name) {
  auto request = [&](const secret& token) { return delete_fast_api_key(base, token, name); };
  const auto answer = co_await ask(std::move(who), write_scope, request);
  co_return answer && answer->read(parse_fast_api_key_done);
}

// True, too, where the provider does not tell.
task<bool> key_desk::is_listed(std::shared_ptr<account> who, std::string base, std::string name) {
  auto request = [&](const secret& token) { return list_fast_api_keys(base, token); };
  const auto answer = co_await ask(std::move(who), read_scope, request);
  if (!answer) co_return true;
  const auto keys = answer->read(parse_fast_api_keys);
  co_return !keys || std::ranges::find(*keys, name, &fast_api_key::name) != keys->end();
}

task<result<std::string>> key_desk::call(std::shared_ptr<account> who, exchange_order order) {
  const in_progress working = who->in_use();
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

// Microseconds, so that the keys' other users, who mostly count milliseconds, do not get ahead of it. It grows also
// where the clock is set back, as long as the daemon runs.
std::uint64_t key_desk::next_nonce(const std::string& api_key) {
  const std::chrono::microseconds now = surroundings_.world.time.since_epoch();
  std::uint64_t& last = last_nonces_[api_key];
  last = std::max(last + 1, static_cast<std::uint64_t>(std::max<std::int64_t>(now.count(), 0)));
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
  const auto put = [&](api_key_ring& keys) {
    std::erase_if(keys, [&](const kept_api_key& each) { return each.name == key.name; });
    kept_api_key& fresh = keys.emplace_back();
    fresh.name = key.name;
    fresh.api_key = key.api_key;
    fresh.key_secret = key.key_secret.clone();
    return true;
  };
  auto changed = co_await change_ring(who, put);
  if (!changed) co_return changed.error();
  co_return result<>();
}

task<result<>> key_desk::rename(const account& who, const std::string& from, const std::string& to) {
  const auto move = [&](api_key_ring& keys) {
    if (find_api_key(keys, from) == nullptr) return false;
    // The provider has just taken the new name, so what the store has under it is of a key that is gone.
    std::erase_if(keys, [&](const kept_api_key& each) { return each.name == to; });
    find_api_key(keys, from)->name = to;
    return true;
  };
  auto changed = co_await change_ring(who, move);
  if (!changed) co_return changed.error();
  co_return result<>();
}

// True where there was one.
task<result<bool>> key_desk::forget(const account& who, const std::string& name) {
  const auto drop = [&](api_key_ring& keys) {
    return std::erase_if(keys, [&](const kept_api_key& each) { return each.name == name; }) != 0;
  };
  co_return co_await change_ring(who, drop);
}

// False where `change` found nothing to change. It may be asked again, of a newer ring.
task<result<bool>> key_desk::change_ring(const account& who, std::function<bool(api_key_ring&)> change) {
  for (int tries = 1;; ++tries) {
    auto ring = co_await ring_of(who);
    if (!ring) co_return ring.error();
    if (!change(ring->keys)) co_return false;
    auto saved =
        co_await surroundings_.world.store.save(who.api_keys_id(), encode_api_key_ring(ring->keys), ring->version);
    if (saved) co_return true;
    if (saved.error().code != errc::temporarily_unavailable || tries == ring_changes) co_return saved.error();
  }
}

}  // namespace latchkey
