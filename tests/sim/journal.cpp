#include "tests/sim/journal.h"

#include "core/journal_entry.h"
#include "tests/sim/world.h"

namespace latchkey::sim {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

fault full_disk() {
  return {errc::internal, "the disk of the journal is full"};
}

// No value: a wish to forget.
std::optional<grant> grant_of(const journal_contents::entry& entry) {
  const auto wish = parse_journal_entry(secret(entry.bytes));
  if (!wish || wish->what == journal_entry::wish::erase) return std::nullopt;
  return grant_in(std::string(wish->value.reveal()));
}

}  // namespace

void tell_what_is_kept(world& around, const record_id& id) {
  const auto account = around.account_of(id);
  if (!account) return;
  // What waits in the journal is newer than what the store has.
  const auto waiting = around.journal.entries.find(id);
  const auto stored = around.disk.records.find(id);
  if (waiting != around.journal.entries.end())
    around.eyes.kept(*account, grant_of(waiting->second.back()));
  else
    around.eyes.kept(*account, stored == around.disk.records.end() ? std::nullopt : grant_in(stored->second.bytes));
}

result<entry_number> journal::write(const record_id& id, const secret& content) {
  const auto account = world_.account_named(id.account);
  if (world_.strikes(world_.what.chances.journal_fails)) {
    world_.told.step([] { return "journal: cannot be written"; });
    world_.eyes.journal_failed(account.value());
    return full_disk();
  }
  world_.journal.entries[id].push_back({++world_.journal.last, std::string(content.reveal()), false});
  world_.told.step([&] { return "journal: an entry for " + id.account; });
  tell_what_is_kept(world_, id);
  return world_.journal.last;
}

task<result<>> journal::sync(record_id id, entry_number number) {
  const bool fails = world_.strikes(world_.what.chances.journal_fails);
  const bool slow = world_.strikes(world_.what.chances.store_slow);
  const auto length = world_.random.between<moment>(microseconds(50), slow ? moment(seconds(3)) : milliseconds(4));
  co_await wait_until(world_.events, world_.events.now() + length);
  world_.told.step([&] { return "journal: the entry for " + id.account + (fails ? " is not synced" : " is synced"); });
  if (fails) co_return full_disk();
  const auto found = world_.journal.entries.find(id);
  if (found == world_.journal.entries.end()) co_return result<>();
  std::erase_if(found->second, [number](const auto& each) { return each.number < number; });
  for (auto& each : found->second) {
    if (each.number != number) continue;
    each.synced = true;
    if (const auto value = grant_of(each)) world_.eyes.made_durable(world_.account_named(id.account).value(), *value);
  }
  co_return result<>();
}

result<std::optional<record_journal::entry>> journal::read(const record_id& id) {
  const auto found = world_.journal.entries.find(id);
  if (found == world_.journal.entries.end()) return std::optional<entry>();
  const auto& newest = found->second.back();
  return std::optional<entry>({secret(newest.bytes), newest.number});
}

result<> journal::remove(const record_id& id, entry_number through) {
  const auto found = world_.journal.entries.find(id);
  if (found == world_.journal.entries.end()) return {};
  std::erase_if(found->second, [through](const auto& each) { return each.number <= through; });
  if (found->second.empty()) world_.journal.entries.erase(found);
  world_.told.step([&] { return "journal: nothing waits for " + id.account; });
  tell_what_is_kept(world_, id);
  return {};
}

result<std::vector<record_id>> journal::list() {
  std::vector<record_id> found;
  for (const auto& [id, entries] : world_.journal.entries) found.push_back(id);
  return found;
}

void journal::power_cut(world& around) {
  std::vector<record_id> touched;
  for (auto& [id, entries] : around.journal.entries) {
    std::erase_if(entries, [&](const auto& each) { return !each.synced && around.random.chance(500); });
    touched.push_back(id);
  }
  std::erase_if(around.journal.entries, [](const auto& each) { return each.second.empty(); });
  for (const record_id& id : touched) tell_what_is_kept(around, id);
}

}  // namespace latchkey::sim
