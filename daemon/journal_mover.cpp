#include "daemon/journal_mover.h"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>

#include "core/grant_codec.h"
#include "core/limits.h"
#include "daemon/log.h"

namespace latchkey {
namespace {

namespace asio = boost::asio;

std::string shown(const journaled_record& record) {
  return "the grant of " + printable(record.id.account);
}

// Each look at a locked store may put a question before the person.
boot_clock::duration pause_after(unsigned failures, const std::optional<fault>& why) {
  const bool locked = why && why->code == errc::store_locked;
  const seconds first = locked ? limits::first_locked_retry : limits::first_store_retry;
  const seconds longest = locked ? limits::longest_locked_retry : limits::longest_store_retry;
  return std::min(longest, first * (1 << std::min(failures, 16U)));
}

// What cannot be read is no newer grant.
bool holds_newer(const stored_record& stored, const secret& value) {
  if (stored.version == 0) return false;
  const auto there = decode_grant(stored.value);
  const auto ours = decode_grant(value);
  return there && ours && supersedes(*there, *ours);
}

bool given_after(const stored_record& stored, const journal_entry& erasure) {
  const auto there = decode_grant(stored.value);
  return there && there->obtained_at > erasure.at && there->generation >= erasure.version;
}

}  // namespace

// However the mover ends.
class journal_mover::running {
 public:
  explicit running(journaled_record& record) : record_(record) {}
  running(const running&) = delete;
  running& operator=(const running&) = delete;
  ~running() { record_.mover_runs = false; }

 private:
  journaled_record& record_;
};

task<store_turn> store_turn::take(record_pointer record) {
  while (record->in_store) co_await record->changed.wait();
  co_return store_turn(std::move(record));
}

store_turn::~store_turn() {
  if (!record_) return;
  record_->in_store = false;
  record_->changed.notify_all();
}

journal_mover::journal_mover(asio::any_io_executor executor, token_store& store, record_journal& journal,
                             time_source& time, store_works on_success)
    : executor_(std::move(executor)),
      store_(store),
      journal_(journal),
      time_(time),
      on_success_(std::move(on_success)) {}

void journal_mover::start(const record_pointer& record) {
  record->poked = true;
  record->changed.notify_all();
  if (std::exchange(record->mover_runs, true)) return;
  asio::co_spawn(executor_, run(record), log::report_bug("the journal"));
}

task<> journal_mover::run(record_pointer record) {
  const running until_the_end(*record);
  for (unsigned failures = 0; record->waiting;) {
    record->poked = false;
    co_await attempt(record);
    record->changed.notify_all();
    if (!record->trouble) {
      failures = 0;
      continue;
    }
    // Who asked for a try while one was under way has had it.
    if (record->waiting && record->serial == record->tried) co_await rest(record, failures++);
  }
}

task<> journal_mover::rest(record_pointer record, unsigned failures) {
  using namespace asio::experimental::awaitable_operators;
  record->poked = false;
  const boot_time until = time_.now().boot + pause_after(failures, record->trouble);
  while (record->waiting && !record->poked && time_.now().boot < until)
    co_await (record->changed.wait() || time_.wait_until(until));
}

task<> journal_mover::attempt(record_pointer record) {
  const auto turn = co_await store_turn::take(record);
  if (!record->waiting) co_return;
  const auto serial = record->serial;
  const auto number = record->waiting->number;
  const bool fresh = std::exchange(record->waiting->fresh, false);
  const auto how = co_await carry(record, record->waiting->wish.clone(), fresh);
  record->tried = serial;
  if (how) {
    if (record->trouble)
      log::info(shown(*record) + ": what waited in the journal has reached the store", {record->id.account, "store"});
    record->trouble.reset();
    settle(*record, serial, number, *how);
    on_success_();
    co_return;
  }
  if (!record->trouble || record->trouble->code != how.error().code)
    log::warning(shown(*record) + " waits in the journal: " + how.error().message, {record->id.account, "store"});
  record->trouble = how.error();
}

task<result<journal_mover::outcome>> journal_mover::carry(record_pointer record, journal_entry wish, bool fresh) {
  if (wish.what == journal_entry::wish::erase) co_return co_await take_away(record, std::move(wish), fresh);
  co_return co_await put(record, std::move(wish.value));
}

task<result<journal_mover::outcome>> journal_mover::put(record_pointer record, secret value) {
  auto saved = co_await store_.save(record->id, value.clone(), record->base);
  if (!saved && saved.error().code == errc::temporarily_unavailable) {
    // Not what we saved upon: another process was there, or the item was removed by hand.
    const auto stored = co_await store_.load(record->id);
    if (!stored) co_return stored.error();
    record->base = stored->version;
    if (holds_newer(*stored, value)) co_return outcome::superseded;
    if (stored->version != 0 && stored->value == value) co_return outcome::done;
    saved = co_await store_.save(record->id, std::move(value), record->base);
  }
  if (!saved) co_return saved.error();
  record->base = *saved;
  co_return outcome::done;
}

// The first time at once, as asked. Later, and after a restart, somebody may have logged in anew since.
task<result<journal_mover::outcome>> journal_mover::take_away(record_pointer record, journal_entry wish, bool fresh) {
  if (!fresh) {
    const auto stored = co_await store_.load(record->id);
    if (!stored && stored.error().code == errc::store_locked) co_return stored.error();
    if (stored) {
      const bool other = stored->version != 0 && (wish.base == 0 || stored->version != wish.base);
      record->base = stored->version;
      if (other && given_after(*stored, wish)) co_return outcome::superseded;
    }
  }
  if (auto erased = co_await store_.erase(record->id); !erased) co_return erased.error();
  record->base = 0;
  co_return outcome::done;
}

// What came to wait in the meantime stays.
void journal_mover::settle(journaled_record& record, std::uint64_t serial, entry_number number, outcome how) {
  // An entry that stays is found to be in the store at the next start.
  if (auto removed = journal_.remove(record.id, number); !removed) log::warning(removed.error().message);
  if (record.serial != serial || !record.waiting) return;
  const bool erased = record.waiting->wish.what == journal_entry::wish::erase;
  record.waiting.reset();
  if (how == outcome::superseded) {
    log::warning(shown(record) + ": the store holds one that is newer than what waited in the journal; that is dropped",
                 {record.id.account, "store"});
    record.dropped = serial;
    // Newer than what holders know, so that they see that there is another.
    ++record.given;
  } else if (erased) {
    record.given = 0;
  }
}

}  // namespace latchkey
