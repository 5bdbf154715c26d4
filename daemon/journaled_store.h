// The token store that loses nothing: a grant is written to the journal first and then carried into the store behind
// it, now or whenever that works again. Pure logic between ports; used by the accounts, made by main. Client secrets go
// straight through: their owner has them still.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <map>

#include "daemon/journal_mover.h"
#include "daemon/ports.h"

namespace latchkey {

class journaled_store final : public token_store {
 public:
  /// All outlive this.
  journaled_store(boost::asio::any_io_executor executor, token_store& store, record_journal& journal,
                  time_source& time);

  /// Starts to carry over what an earlier process left in the journal. Once, at start-up; what is wrong goes to the
  /// log.
  void replay();

  /// What waits in the journal comes from there, and the store is tried again. Errors: also the journal's, because what
  /// it may hold is newer than the store's.
  task<result<stored_record>> load(record_id id) override;
  /// Written to the journal before the first suspension. Returns once it is safe there from a power cut, and the store
  /// has it or has failed or has taken limits::store_patience. Where the journal cannot be written: once the store has
  /// it. Errors: temporarily_unavailable as for every store; the store's where neither could take it.
  task<result<record_version>> save(record_id id, secret value, record_version expected) override;
  /// The record counts as gone from now on, also where the store fails: then the erasure is made up for later, and the
  /// log and description() say so. Errors: the store's where the journal cannot be written either; then the record
  /// is as it was.
  task<result<>> erase(record_id id) override;
  [[nodiscard]] std::string backend() const override { return store_.backend(); }
  /// The store's, and trouble().
  [[nodiscard]] std::string description() const override;
  /// What waits in the journal, since when, and why.
  [[nodiscard]] std::string trouble() const override;

  /// What waits is in the journal, and is carried over after resume(); what is on its way into the store gets there.
  bool withhold() override;
  void resume() override { replay(); }

  /// A save or an erasure is under way, up to its first try on the store.
  [[nodiscard]] bool busy() const;
  /// As busy(), or something waits in the journal for the store.
  [[nodiscard]] bool waits() const;

 private:
  record_pointer record_of(const record_id& id);
  result<> read_journal(const record_pointer& record);
  void wait_for_store(const record_pointer& record, journal_entry wish, entry_number number);
  task<result<>> sync(record_pointer record, entry_number number);
  task<> tried(record_pointer record, std::uint64_t serial, std::optional<boot_time> until);
  task<result<record_version>> save_unjournaled(record_pointer record, secret value, record_version expected,
                                                fault journal_trouble);
  task<result<>> erase_unjournaled(record_pointer record, fault journal_trouble);
  using waiting_entry = std::optional<journaled_record::waiting_entry>;
  task<result<>> unerase(record_pointer record, std::uint64_t serial, waiting_entry before, fault why);
  void store_works();

  boost::asio::any_io_executor executor_;
  token_store& store_;
  record_journal& journal_;
  time_source& time_;
  journal_mover mover_;
  std::map<record_id, record_pointer> records_;
};

}  // namespace latchkey
