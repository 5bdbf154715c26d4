#include "daemon/journaled_store.h"

#include <algorithm>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <limits>

#include "core/deliberate_fault.h"
#include "core/grant_codec.h"
#include "core/limits.h"
#include "daemon/in_progress.h"
#include "daemon/log.h"

namespace latchkey {
namespace {

std::string shown(const journaled_record& record) {
  return "the grant of " + printable(record.id.account);
}

fault saved_by_another(const journaled_record& record) {
  return {errc::temporarily_unavailable, shown(record) + " was saved by somebody else at the same time"};
}

stored_record what_waits(const journaled_record& record) {
  const journal_entry& wish = record.waiting->wish;
  if (wish.what == journal_entry::wish::erase) return {};
  return {wish.value.clone(), record.given};
}

// What the store may have of the grant that waits, or of an older generation, was put there by us, wherever the clock
// stands now.
journal_entry erasure_of(const journaled_record& record, wall_time now) {
  journal_entry wish{journal_entry::wish::erase, 0, record.base, now, {}};
  if (!record.waiting) return wish;
  if (const auto waits = decode_grant(record.waiting->wish.value)) {
    wish.version = waits->generation;
    wish.at = std::max(now, waits->obtained_at);
  }
  return wish;
}

// The store holds `version`: what holders are told goes up as the store's versions do.
void see(journaled_record& record, record_version version) {
  if (record.store_seen && version > record.base)
    record.given += version - record.base;
  else if (!record.store_seen || version < record.base)
    record.given = version;
  record.base = version;
  record.store_seen = true;
}

// What waited is overtaken, and with it whoever waits for its first try.
void nothing_waits(journaled_record& record) {
  record.waiting.reset();
  record.trouble.reset();
  record.tried = record.serial;
  record.changed.notify_all();
}

}  // namespace

journaled_store::journaled_store(boost::asio::any_io_executor executor, token_store& store, record_journal& journal,
                                 time_source& time)
    : executor_(std::move(executor)),
      store_(store),
      journal_(journal),
      time_(time),
      mover_(executor_, store, journal, time, [this] { store_works(); }) {}

record_pointer journaled_store::record_of(const record_id& id) {
  record_pointer& record = records_[id];
  if (!record) record = std::make_shared<journaled_record>(id, executor_);
  return record;
}

// What an earlier process left, at the first use of the record.
result<> journaled_store::read_journal(const record_pointer& record) {
  if (record->journal_read || deliberate(deliberate_fault::forget_replay)) return {};
  auto found = journal_.read(record->id);
  if (!found) return found.error();
  if (*found) {
    auto wish = parse_journal_entry((*found)->content);
    if (!wish) return fault(wish.error().code, shown(*record) + ": " + wish.error().message);
    record->given = wish->what == journal_entry::wish::save ? wish->version : 0;
    record->base = wish->base;
    record->store_seen = true;
    wait_for_store(record, std::move(*wish), (*found)->number);
    record->waiting->fresh = false;
    log::info(shown(*record) + " waits in the journal for the store", {record->id.account, "store"});
  }
  record->journal_read = true;
  return {};
}

void journaled_store::wait_for_store(const record_pointer& record, journal_entry wish, entry_number number) {
  ++record->serial;
  record->journal_read = true;
  record->waiting = journaled_record::waiting_entry{std::move(wish), number};
  mover_.start(record);
}

void journaled_store::replay() {
  const auto left = journal_.list();
  if (!left) return log::error(left.error().message);
  for (const record_id& id : *left)
    if (auto read = read_journal(record_of(id)); !read) log::error(read.error().message);
}

// The keyring was unlocked, the disk has room: whatever waits need not wait for its time.
void journaled_store::store_works() {
  for (const auto& [id, record] : records_)
    if (record->waiting && record->trouble) mover_.start(record);
}

task<result<stored_record>> journaled_store::load(record_id id) {
  if (id.kind != record_kind::grant) {
    auto found = co_await store_.load(std::move(id));
    if (found) store_works();
    co_return found;
  }
  const auto record = record_of(id);
  if (auto read = read_journal(record); !read) co_return read.error();
  for (;;) {
    if (record->waiting) {
      mover_.start(record);
      if (record->waiting->synced) co_return what_waits(*record);
      if (auto synced = co_await sync(record, record->waiting->number); !synced) co_return synced.error();
      continue;
    }
    const auto serial = record->serial;
    auto found = co_await store_.load(id);
    // Saved in the meantime: what was read may be what was there before.
    if (record->serial != serial) continue;
    if (!found) co_return found.error();
    see(*record, found->version);
    found->version = record->given;
    store_works();
    co_return found;
  }
}

task<result<record_version>> journaled_store::save(record_id id, secret value, record_version expected) {
  if (id.kind != record_kind::grant) co_return co_await store_.save(std::move(id), std::move(value), expected);
  const auto record = record_of(id);
  // What cannot be read there is older than what has come now.
  if (auto read = read_journal(record); !read) log::warning(read.error().message);
  if (!record->store_seen) see(*record, expected);
  const in_progress busy_now(record->under_way);
  const instant now = time_.now();
  if (deliberate(deliberate_fault::forget_journal))
    co_return co_await save_unjournaled(record, std::move(value), expected, fault());
  // Whoever else has saved meanwhile: what has come goes to the journal first, and the mover finds out which is newer.
  const record_version version = std::max(record->given, expected) + 1;
  journal_entry wish{journal_entry::wish::save, version, record->base, now.wall, std::move(value)};
  const auto number = journal_.write(id, format_journal_entry(wish));
  if (!number) co_return co_await save_unjournaled(record, std::move(wish.value), expected, number.error());
  record->given = version;
  wait_for_store(record, std::move(wish), *number);
  const auto serial = record->serial;
  if (deliberate(deliberate_fault::skip_sync)) co_return version;
  const auto synced = co_await sync(record, *number);
  co_await tried(record, serial, synced ? std::optional<boot_time>(now.boot + limits::store_patience) : std::nullopt);
  if (record->dropped == serial) co_return saved_by_another(*record);
  if (synced || !record->trouble || record->serial != serial) co_return version;
  // Neither is safe from a power cut, so the caller keeps the grant and saves again. What was written goes on waiting.
  if (record->given == version) record->given = expected;
  co_return fault(record->trouble->code,
                  record->trouble->message + "; nor could the journal: " + synced.error().message);
}

// Of an entry that an earlier process has written, nobody knows that it would outlive a power cut.
task<result<>> journaled_store::sync(record_pointer record, entry_number number) {
  auto synced = co_await journal_.sync(record->id, number);
  if (synced && record->waiting && record->waiting->number == number) record->waiting->synced = true;
  co_return synced;
}

// Returns once what has this serial was tried on the store, or at `until`.
task<> journaled_store::tried(record_pointer record, std::uint64_t serial, std::optional<boot_time> until) {
  using namespace boost::asio::experimental::awaitable_operators;
  while (record->tried < serial && (!until || time_.now().boot < *until)) {
    if (until)
      co_await (record->changed.wait() || time_.wait_until(*until));
    else
      co_await record->changed.wait();
  }
}

task<result<record_version>> journaled_store::save_unjournaled(record_pointer record, secret value,
                                                               record_version expected, fault journal_trouble) {
  log::warning(
      shown(*record) + " cannot be written to the journal and goes to the store alone: " + journal_trouble.message,
      {record->id.account, "store"});
  const auto serial = ++record->serial;
  const record_version version = record->given = std::max(record->given, expected) + 1;
  const auto turn = co_await store_turn::take(record);
  // What came to wait meanwhile is newer, and has its own turn.
  if (record->serial != serial) co_return version;
  auto put = co_await mover_.put(record, std::move(value));
  if (!put && record->given == version) record->given = expected;
  if (!put)
    co_return fault(put.error().code, put.error().message + "; nor could the journal: " + journal_trouble.message);
  if (record->serial != serial) co_return version;
  nothing_waits(*record);
  const auto all = std::numeric_limits<entry_number>::max();
  if (auto removed = journal_.remove(record->id, all); !removed) log::warning(removed.error().message);
  if (*put == journal_mover::outcome::superseded) co_return saved_by_another(*record);
  co_return version;
}

task<result<>> journaled_store::erase(record_id id) {
  if (id.kind != record_kind::grant) co_return co_await store_.erase(std::move(id));
  const auto record = record_of(id);
  // Whatever is there shall go.
  if (auto read = read_journal(record); !read) log::warning(read.error().message);
  const in_progress busy_now(record->under_way);
  journal_entry wish = erasure_of(*record, time_.now().wall);
  const auto number = journal_.write(id, format_journal_entry(wish));
  if (!number) co_return co_await erase_unjournaled(record, number.error());
  waiting_entry before = std::exchange(record->waiting, std::nullopt);
  wait_for_store(record, std::move(wish), *number);
  const auto serial = record->serial;
  const auto synced = co_await sync(record, *number);
  co_await tried(record, serial, std::nullopt);
  if (record->serial != serial || !record->trouble) co_return result<>();
  // A power cut could bring the grant back: this is no erasure to count on.
  if (!synced) {
    fault why(record->trouble->code, record->trouble->message + "; nor could the journal: " + synced.error().message);
    co_return co_await unerase(record, serial, std::move(before), std::move(why));
  }
  log::warning(shown(*record) + " counts as removed, and is removed from the store as soon as that works: " +
                   record->trouble->message,
               {record->id.account, "store"});
  co_return result<>();
}

// Whoever is told that the erasure failed goes on with the record: it must not vanish later. `before` waited when the
// erasure came.
task<result<>> journaled_store::unerase(record_pointer record, std::uint64_t serial, waiting_entry before, fault why) {
  const auto turn = co_await store_turn::take(record);
  // Overtaken, or the store has done it after all.
  if (record->serial != serial || !record->waiting) co_return result<>();
  const entry_number erasure = record->waiting->number;
  entry_number again = 0;
  if (before) {
    const auto written = journal_.write(record->id, format_journal_entry(before->wish));
    if (!written) {
      log::warning(shown(*record) + " counts as removed, and could come back after a power cut: " + why.message,
                   {record->id.account, "store"});
      co_return result<>();
    }
    again = *written;
  }
  nothing_waits(*record);
  if (before) wait_for_store(record, std::move(before->wish), again);
  if (auto removed = journal_.remove(record->id, erasure); !removed) log::warning(removed.error().message);
  co_return why;
}

task<result<>> journaled_store::erase_unjournaled(record_pointer record, fault journal_trouble) {
  log::warning(shown(*record) + " is removed without the journal: " + journal_trouble.message,
               {record->id.account, "store"});
  const auto serial = ++record->serial;
  const auto turn = co_await store_turn::take(record);
  if (record->serial != serial) co_return result<>();
  if (auto erased = co_await store_.erase(record->id); !erased) co_return erased.error();
  if (record->serial != serial) co_return result<>();
  nothing_waits(*record);
  record->given = record->base = 0;
  // What stays there would bring the grant back.
  co_return journal_.remove(record->id, std::numeric_limits<entry_number>::max());
}

bool journaled_store::withhold() {
  bool all = store_.withhold();
  for (const auto& [id, record] : records_) {
    if (!record->waiting || record->waiting->wish.what == journal_entry::wish::erase) continue;
    if (record->under_way > 0 || record->in_store) {
      all = false;
      continue;
    }
    nothing_waits(*record);
    record->journal_read = false;
  }
  return all;
}

}  // namespace latchkey
