// The disk and the store on it. What is durable outlives every crash; what was on its way is kept or lost as the seed
// says. Errors, slowness and lies ("it failed", and was written) are the plan's.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/grant.h"
#include "daemon/ports.h"
#include "tests/sim/event_queue.h"
#include "tests/sim/seeded_random.h"

namespace latchkey::sim {

struct world;

struct disk_contents {
  struct record {
    std::string bytes;
    record_version version = 0;
  };
  /// A change that was asked for and is not durable yet; no bytes: an erasure.
  struct change {
    record_id id;
    std::optional<std::string> bytes;
    record_version expected = 0;
  };

  std::map<record_id, record> records;
  std::map<std::uint64_t, change> on_its_way;  ///< By order of asking.
  std::uint64_t asked = 0;
  std::optional<fault> trouble;
  moment trouble_ends{0};
};

/// The grant in `bytes`, for the witness; nothing where there is none.
[[nodiscard]] std::optional<grant> grant_in(const std::string& bytes);

/// The store of one life of the daemon. One thing after the other, as the real stores do.
class disk_store : public token_store {
 public:
  explicit disk_store(world& around) : world_(around) {}

  task<result<stored_record>> load(record_id id) override;
  task<result<record_version>> save(record_id id, secret value, record_version expected) override;
  task<result<>> erase(record_id id) override;
  [[nodiscard]] std::string backend() const override { return "file"; }
  [[nodiscard]] std::string description() const override { return "a simulated disk"; }

  /// The process dies now: each change under way is kept or lost.
  static void crash(world& around);

 private:
  /// When the next operation, of `length`, ends; nothing begins before what was asked for earlier has ended.
  moment take_turn(moment length);
  moment some_time();
  std::optional<fault> refusal();
  static record_version apply(world& around, const disk_contents::change& wanted);

  world& world_;
  moment busy_until_{0};
};

}  // namespace latchkey::sim
