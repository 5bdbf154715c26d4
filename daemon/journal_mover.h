// Carries what the journal holds into the store, however long that takes: a coroutine for each record that waits, which
// nobody cancels. Used by journaled_store alone.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <functional>
#include <memory>
#include <optional>

#include "core/journal_entry.h"
#include "daemon/broadcast.h"
#include "daemon/ports.h"

namespace latchkey {

/// What is known of one record. Versions that its holders know run ahead of the store's while the store is locked, and
/// stay ahead by as much afterwards, until the process ends.
struct journaled_record {
  journaled_record(record_id name, const boost::asio::any_io_executor& executor)
      : id(std::move(name)), changed(executor) {}

  struct waiting_entry {
    journal_entry wish;
    entry_number number = 0;
    bool fresh = true;    ///< Made by this process, and not yet tried on the store.
    bool synced = false;  ///< Safe from a power cut.
  };

  record_id id;
  bool journal_read = false;             ///< `waiting` tells what the journal holds.
  bool store_seen = false;               ///< `base` and `given` are known.
  record_version given = 0;              ///< What holders of the record were told.
  record_version base = 0;               ///< The store's version beneath it.
  std::optional<waiting_entry> waiting;  ///< In the journal, not in the store.
  std::uint64_t serial = 0;              ///< Counts what came to wait: the newest one's number.
  std::uint64_t tried = 0;               ///< The serial of what was last tried on the store.
  std::uint64_t dropped = 0;             ///< The serial of what was last dropped for a newer grant in the store.
  std::optional<fault> trouble;          ///< Why the last try failed.
  bool mover_runs = false;
  bool in_store = false;  ///< Somebody works on the record in the store.
  bool poked = false;     ///< The mover shall try at once.
  int under_way = 0;      ///< Saves and erasures whose caller waits.
  broadcast changed;
};
using record_pointer = std::shared_ptr<journaled_record>;

/// The right to work on a record in the store, given back on destruction.
class store_turn {
 public:
  static task<store_turn> take(record_pointer record);
  store_turn(store_turn&&) noexcept = default;
  store_turn& operator=(store_turn&&) = delete;
  ~store_turn();

 private:
  explicit store_turn(record_pointer record) : record_(std::move(record)) { record_->in_store = true; }
  record_pointer record_;
};

class journal_mover {
 public:
  /// Called after each success of the store: what waits may be tried again.
  using store_works = std::function<void()>;
  journal_mover(boost::asio::any_io_executor executor, token_store& store, record_journal& journal, time_source& time,
                store_works on_success);

  /// What waits in `record` is tried at once, and again until it has come to rest.
  void start(const record_pointer& record);

  enum class outcome { done, superseded };
  /// Saves onto whatever the store holds, unless another process has saved something newer than `value`. Sets the
  /// record's base. Needs the turn. Errors: the store's.
  task<result<outcome>> put(record_pointer record, secret value);

 private:
  class running;

  task<> run(record_pointer record);
  task<> attempt(record_pointer record);
  task<> rest(record_pointer record, unsigned failures);
  task<result<outcome>> carry(record_pointer record, journal_entry wish, bool fresh);
  task<result<outcome>> take_away(record_pointer record, journal_entry wish, bool fresh);
  void settle(journaled_record& record, std::uint64_t serial, entry_number number, outcome how);

  boost::asio::any_io_executor executor_;
  token_store& store_;
  record_journal& journal_;
  time_source& time_;
  store_works on_success_;
};

}  // namespace latchkey
