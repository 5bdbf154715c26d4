// Kraken's Fast API keys of an account: asks the provider, and keeps the secrets of created keys in the store. Made by
// the broker; decides nothing about the wire.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/api_key_ring.h"
#include "core/fast_api_key.h"
#include "daemon/account.h"
#include "daemon/api_call.h"

namespace latchkey {

class key_desk {
 public:
  explicit key_desk(account_surroundings& surroundings) : surroundings_(surroundings) {}

  struct listed_key {
    fast_api_key key;
    bool stored = false;  ///< The store has its secret.
  };
  // Errors of all: bad_request where the provider has no such keys, or where the wish is wrong; those of
  // call_with_token() and of core/fast_api_key.h; the store's. What changes a key at the provider runs to its end, also
  // where the caller is cancelled: a key whose secret nobody kept would be lost.
  task<result<std::vector<listed_key>>> list(std::shared_ptr<account> who);
  /// On return the secret is in the store; it is in the answer, too. Where the store fails, the key is deleted again.
  task<result<fast_api_key>> create(std::shared_ptr<account> who, fast_api_key_wish wish);
  task<result<>> update(std::shared_ptr<account> who, fast_api_key_wish wish);
  /// Also forgets the secret. Success where the provider lists no such key any more and only the secret was left.
  task<result<>> remove(std::shared_ptr<account> who, std::string name);
  /// A private call of the Exchange API; the answer's `result` as JSON text. Errors: bad_request where the store has no
  /// key of this name; those of core/exchange_call.h.
  struct exchange_order {
    std::string key;
    std::string method;
    std::vector<std::pair<std::string, std::string>> fields;
  };
  task<result<std::string>> call(std::shared_ptr<account> who, exchange_order order);

 private:
  struct stored_ring {
    api_key_ring keys;
    record_version version = 0;
  };

  task<result<fast_api_key>> make(std::shared_ptr<account> who, fast_api_key_wish wish);
  task<result<>> change(std::shared_ptr<account> who, fast_api_key_wish wish);
  task<result<>> destroy(std::shared_ptr<account> who, std::string name);
  task<result<std::string>> base_of(const account& who);
  task<result<api_answer>> ask(std::shared_ptr<account> who, const char* scope,
                               std::function<http_request(const secret&)> make);
  task<bool> take_back(std::shared_ptr<account> who, std::string base, std::string name);
  task<bool> is_listed(std::shared_ptr<account> who, std::string base, std::string name);
  task<result<stored_ring>> ring_of(const account& who);
  task<result<>> keep(const account& who, const fast_api_key& key);
  task<result<>> rename(const account& who, const std::string& from, const std::string& to);
  task<result<bool>> forget(const account& who, const std::string& name);
  task<result<bool>> change_ring(const account& who, std::function<bool(api_key_ring&)> change);
  std::uint64_t next_nonce(const std::string& api_key);

  account_surroundings& surroundings_;
  std::map<std::string, std::uint64_t> last_nonces_;  // of each API key, since the daemon started
};

}  // namespace latchkey
