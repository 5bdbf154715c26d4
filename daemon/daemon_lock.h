// Whether the daemon is locked: then no secret is in memory, and nobody gets what needs one. Set by lock_keeper; every
// account looks at it.
#pragma once

#include <optional>

#include "core/deliberate_fault.h"
#include "core/error.h"
#include "core/types.h"

namespace latchkey {

struct daemon_lock {
  enum class cause {
    person,   ///< Somebody called Lock.
    session,  ///< The desktop's session was locked. Its unlocking ends this one, and no other.
  };
  std::optional<wall_time> since;  ///< Absent: not locked.
  cause by = cause::person;

  [[nodiscard]] bool closed() const noexcept { return since.has_value(); }
  /// What those are told who need a secret (store_locked); nothing where it is not locked.
  [[nodiscard]] std::optional<fault> refusal() const {
    if (!since || deliberate(deliberate_fault::ignore_lock)) return std::nullopt;
    return fault(errc::store_locked, "latchkeyd is locked and holds no secret: run `latchkey unlock`");
  }
};

}  // namespace latchkey
