// Everything that outlives a daemon: time, servers, disk, and the one who watches. Made anew for each seed.
#pragma once

#include "tests/sim/disk.h"
#include "tests/sim/event_queue.h"
#include "tests/sim/journal.h"
#include "tests/sim/plan.h"
#include "tests/sim/provider_server.h"
#include "tests/sim/seeded_random.h"
#include "tests/sim/story.h"
#include "tests/sim/witness.h"

namespace latchkey::sim {

struct world {
  world(std::uint64_t seed, story::telling telling)
      : random(seed),
        locks(~seed),
        what(plan_from(random, locks)),
        told(events, telling),
        server(what, random),
        eyes(what, events, server) {}
  world(const world&) = delete;
  world& operator=(const world&) = delete;

  [[nodiscard]] std::optional<std::size_t> account_named(std::string_view name) const {
    for (std::size_t each = 0; each < what.accounts.size(); ++each)
      if (what.accounts[each].name == name) return each;
    return std::nullopt;
  }
  /// Whose grant the record is; nothing where it is none.
  [[nodiscard]] std::optional<std::size_t> account_of(const record_id& id) const {
    return id.kind == record_kind::grant ? account_named(id.account) : std::nullopt;
  }
  /// A misfortune of the plan strikes now. Never once the world has got well.
  [[nodiscard]] bool strikes(unsigned per_mille) { return !well && per_mille > 0 && random.chance(per_mille); }

  seeded_random random;
  seeded_random locks;  ///< For locks and unlocks alone: a world that has none is the same with and without it.
  plan what;
  event_queue events;
  story told;
  provider_server server;
  witness eyes;
  disk_contents disk;
  journal_contents journal;
  moment booted{0};               ///< When the machine was started last.
  moment wall_skew{0};            ///< By how much the wall clock is wrong.
  std::uint64_t connections = 0;  ///< So many were opened.
  bool session_locked = false;    ///< The desktop's.
  bool well = false;              ///< From here on nothing fails.
};

}  // namespace latchkey::sim
