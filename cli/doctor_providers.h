// The doctor's look at the providers through the daemon, and at this computer's clock through them.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "cli/doctor_checks.h"
#include "latchkey/client.h"

namespace latchkey::cli {

/// Whether `provider` is there and trusted.
[[nodiscard]] check judge_provider(const std::string& provider, const provider_check& seen);

struct clock_reading {
  std::string provider;
  std::chrono::seconds ahead{0};  ///< Of this computer's clock; negative: behind.
};
/// A warning above 30 s, a failure above 300 s. Where providers disagree, the one that is nearest to this computer's
/// clock is believed: it is likelier that a server is wrong than that it is wrong by the same as we are. `readings` is
/// not empty.
[[nodiscard]] check judge_clock(const std::vector<clock_reading>& readings);

/// Each provider of `accounts` once.
void examine_providers(const std::vector<account>& accounts, const on_check& found);

}  // namespace latchkey::cli
