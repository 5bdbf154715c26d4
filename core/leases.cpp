#include "core/leases.h"

#include <algorithm>

namespace latchkey {

lease_number leases::take(boot_time until) {
  until_.emplace(++last_, until);
  return last_;
}

bool leases::release(lease_number which) {
  return until_.erase(which) != 0;
}

std::optional<boot_time> leases::held_until(boot_time now) {
  std::erase_if(until_, [now](const auto& each) { return each.second <= now; });
  if (until_.empty()) return std::nullopt;
  return std::ranges::max_element(until_, {}, [](const auto& each) { return each.second; })->second;
}

}  // namespace latchkey
