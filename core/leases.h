// Claims of apps on a token: "I am using generation N". An exclusive rotation waits for them. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <optional>

#include "core/types.h"

namespace latchkey {

/// Names one lease of one account; never used twice.
using lease_number = std::uint64_t;

class leases {
 public:
  /// Holds until `until` or release().
  lease_number take(boot_time until);
  /// Nothing happens where it is over already. False: there was no such lease.
  bool release(lease_number which);
  /// The token that they were on is gone.
  void clear() noexcept { until_.clear(); }
  /// When the last of them ends; nothing where none holds. Forgets those that are over.
  [[nodiscard]] std::optional<boot_time> held_until(boot_time now);

 private:
  lease_number last_ = 0;
  std::map<lease_number, boot_time> until_;
};

}  // namespace latchkey
