#include "tests/sim/disk.h"

#include <utility>

#include "core/grant_codec.h"
#include "tests/sim/world.h"

namespace latchkey::sim {

using std::chrono::microseconds;
using std::chrono::milliseconds;

std::optional<grant> grant_in(const std::string& bytes) {
  auto decoded = decode_grant(secret(bytes));
  if (!decoded) return std::nullopt;
  return std::move(*decoded);
}

moment disk_store::take_turn(moment length) {
  busy_until_ = std::max(busy_until_, world_.events.now()) + length;
  return busy_until_;
}

moment disk_store::some_time() {
  if (world_.strikes(world_.what.chances.store_slow)) return world_.random.between<moment>(seconds(1), seconds(10));
  return world_.random.between<moment>(microseconds(50), milliseconds(4));
}

std::optional<fault> disk_store::refusal() {
  disk_contents& disk = world_.disk;
  if (world_.well) return std::nullopt;
  if (disk.trouble && world_.events.now() < disk.trouble_ends) return disk.trouble;
  disk.trouble.reset();
  if (world_.strikes(world_.what.chances.store_locked)) disk.trouble = fault(errc::store_locked, "the store is locked");
  if (world_.strikes(world_.what.chances.store_gone)) disk.trouble = fault(errc::internal, "the store does not answer");
  if (disk.trouble) {
    disk.trouble_ends = world_.events.now() + world_.random.between<moment>(milliseconds(1), seconds(120));
    world_.told.step([&] { return "disk: " + disk.trouble->message + " from now on"; });
  }
  return disk.trouble;
}

task<result<stored_record>> disk_store::load(record_id id) {
  auto failed = refusal();
  co_await wait_until(world_.events, take_turn(some_time()));
  world_.told.step([&] { return "disk: load of " + id.account + (failed ? " fails" : ""); });
  if (failed) co_return *std::move(failed);
  stored_record found;
  const auto record = world_.disk.records.find(id);
  if (record == world_.disk.records.end()) co_return found;
  found.value = secret(record->second.bytes);
  found.version = record->second.version;
  co_return found;
}

record_version disk_store::apply(world& around, const disk_contents::change& wanted) {
  record_version made = 0;
  if (wanted.bytes) {
    disk_contents::record& record = around.disk.records[wanted.id];
    record.bytes = *wanted.bytes;
    made = ++record.version;
    if (const auto account = around.account_of(wanted.id)) around.eyes.made_durable(*account, *grant_in(record.bytes));
  } else {
    around.disk.records.erase(wanted.id);
  }
  tell_what_is_kept(around, wanted.id);
  return made;
}

task<result<record_version>> disk_store::save(record_id id, secret value, record_version expected) {
  std::string bytes(value.reveal());
  const std::uint64_t ticket = ++world_.disk.asked;
  world_.disk.on_its_way.emplace(ticket, disk_contents::change{id, std::move(bytes), expected});
  auto failed = refusal();
  if (!failed && world_.strikes(world_.what.chances.save_fails)) failed = fault(errc::internal, "the disk is full");
  const bool lies = world_.strikes(world_.what.chances.save_fails_but_is_written);
  const moment durable = take_turn(some_time());
  const moment answered = take_turn(some_time());
  world_.told.step([&] { return "disk: save of " + id.account + " asked for"; });

  co_await wait_until(world_.events, durable);
  const disk_contents::change wanted = std::move(world_.disk.on_its_way.extract(ticket).mapped());
  const auto stored = world_.disk.records.find(id);
  const record_version there = stored == world_.disk.records.end() ? 0 : stored->second.version;
  record_version made = 0;
  if (!failed && there != expected)
    failed = fault(errc::temporarily_unavailable, "another process saved to the store first");
  else if (!failed)
    made = apply(world_, wanted);
  world_.told.step(
      [&] { return "disk: save of " + id.account + (failed ? " fails: " + failed->message : " is durable"); });

  co_await wait_until(world_.events, answered);
  if (failed) co_return *std::move(failed);
  world_.told.step([&] { return "disk: save of " + id.account + (lies ? " is said to have failed" : " is answered"); });
  if (lies) co_return fault(errc::internal, "the disk does not say whether it has written");
  co_return made;
}

task<result<>> disk_store::erase(record_id id) {
  const std::uint64_t ticket = ++world_.disk.asked;
  world_.disk.on_its_way.emplace(ticket, disk_contents::change{id, std::nullopt, 0});
  auto failed = refusal();
  const moment durable = take_turn(some_time());
  const moment answered = take_turn(some_time());
  co_await wait_until(world_.events, durable);
  const disk_contents::change wanted = std::move(world_.disk.on_its_way.extract(ticket).mapped());
  if (!failed) apply(world_, wanted);
  world_.told.step([&] { return "disk: erasure of " + id.account + (failed ? " fails" : " is durable"); });
  co_await wait_until(world_.events, answered);
  if (failed) co_return *std::move(failed);
  co_return result<>();
}

void disk_store::crash(world& around) {
  for (const auto& [ticket, wanted] : std::exchange(around.disk.on_its_way, {})) {
    const auto stored = around.disk.records.find(wanted.id);
    const record_version there = stored == around.disk.records.end() ? 0 : stored->second.version;
    const bool kept = around.random.chance(500) && (!wanted.bytes || there == wanted.expected);
    around.told.step([&] {
      return "disk: the change of " + wanted.id.account + " that was under way is " + (kept ? "kept" : "lost");
    });
    if (kept) apply(around, wanted);
  }
}

}  // namespace latchkey::sim
