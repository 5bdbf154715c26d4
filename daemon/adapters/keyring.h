// Records in the Secret Service (freedesktop.org's Secret Service API), by calls that block. Lives on the thread of
// secret_service_store and nowhere else. Each record is one item that other programs show as "Latchkey: grant of NAME".
#pragma once

#include <chrono>
#include <memory>
#include <optional>

#include "daemon/adapters/libsecret.h"
#include "daemon/ports.h"

namespace latchkey {

/// Every call ends when `limit` is cancelled. A locked keyring makes it ask the person to unlock it, but not again
/// right after the person has said no. Errors of all: store_locked where the keyring does not answer or stays locked;
/// internal with the item's name where it holds nonsense.
class keyring {
 public:
  explicit keyring(const libsecret& api) noexcept : api_(api) {}

  /// Whether a Secret Service answers. Asks nobody to unlock anything.
  result<> connect(GCancellable* limit);
  result<stored_record> load(const record_id& id, GCancellable* limit);
  result<record_version> save(const record_id& id, const secret& value, record_version expected, GCancellable* limit);
  result<> erase(const record_id& id, GCancellable* limit);

 private:
  class failure;
  struct list_deleter {
    const libsecret* api;
    void operator()(GList* list) const { api->list_free_full(list, api->object_unref); }
  };
  using items = std::unique_ptr<GList, list_deleter>;
  struct call {
    std::shared_ptr<SecretService> service;
    GCancellable* limit;
  };

  result<call> open(GCancellable* limit);
  template <class Work>
  auto in_session(GCancellable* limit, Work work) -> decltype(work(call()));
  /// All items of the record, unlocked; one, unless several keyrings hold it.
  result<items> find(const call& with, const record_id& id);
  result<> unlock(const call& with, GList* locked);
  result<stored_record> newest(const call& with, const record_id& id);
  result<record_version> replace(const call& with, const record_id& id, const secret& value, record_version expected);
  result<> put(const call& with, const record_id& id, const secret& text);
  fault explain(const failure& why);
  fault dismissed();

  const libsecret& api_;
  std::optional<std::chrono::steady_clock::time_point> dismissed_at_;
  bool connection_doubtful_ = false;
};

}  // namespace latchkey
