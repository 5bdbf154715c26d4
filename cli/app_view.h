// Apps, and what may be done by them, as cells. Used by the tools of `latchkey apps`. Texts are safe to show.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/table.h"
#include "latchkey/client.h"

namespace latchkey::cli {

/// The account's name, or "every account" for people where it is "*".
[[nodiscard]] std::string account_word(const std::string& account, const terminal& where);
/// A row for each decision: app, account, decision, scopes, end.
[[nodiscard]] table rule_table(const std::vector<app_access>& rules, std::int64_t now, const terminal& where);
/// A row for each question: app, process, account, scopes, since, end.
[[nodiscard]] table pending_table(const std::vector<pending_consent>& pending, std::int64_t now, const terminal& where);
/// A row for each entry: time, app, process, account, method, outcome, generation, scopes.
[[nodiscard]] table audit_table(const std::vector<audit_entry>& entries, const terminal& where);
/// What `latchkey apps` lists; nothing where the daemon is older and knows no apps.
[[nodiscard]] std::optional<app_overview> ask_apps(client& agent);
/// "/usr/bin/git wants to use work": for lines that tell what waits.
[[nodiscard]] std::string question_sentence(const pending_consent& asked);
/// The command that allows it: "latchkey apps allow /usr/bin/git work".
[[nodiscard]] std::string allow_command(const std::string& app, const std::string& account);

}  // namespace latchkey::cli
