// The doctor's look at the daemon, its store and its accounts, as the daemon itself tells.
#pragma once

#include <cstdint>

#include "cli/doctor_checks.h"
#include "latchkey/client.h"

namespace latchkey::cli {

/// The daemon answers, and is of the command's own version.
[[nodiscard]] check judge_version(const daemon_status& status);
/// Where grants rest, and whether they can be read now.
[[nodiscard]] check judge_store(const daemon_status& status);
[[nodiscard]] check judge_account(const account& each, std::int64_t now);
/// One check for each account; of many that are in order, one for all of them.
[[nodiscard]] std::vector<check> judge_accounts(const std::vector<account>& accounts, std::int64_t now);
/// Whether an app waits for the person's answer.
[[nodiscard]] check judge_apps(const app_overview& policy);

/// Asks the daemon, and has it ask the providers.
void examine_daemon(const on_check& found);

}  // namespace latchkey::cli
