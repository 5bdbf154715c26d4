// An account as cells and sentences. Used by every verb that shows one. Texts are safe to show.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cli/table.h"
#include "latchkey/client.h"

namespace latchkey::cli {

/// "login required" in colour for people, the interface's own word (login_required) for programs.
[[nodiscard]] cell state_cell(const account& shown, const terminal& where);
/// "in 3 h 59 min" for people, RFC 3339 for programs; "-" where nothing is known.
[[nodiscard]] std::string moment(const std::optional<std::int64_t>& when, std::int64_t now, const terminal& where);
/// The life left of its token as a bar and in words, "████████░░ 3 h 12 min", for people; the moment of its end for
/// programs. In ASCII where the terminal shows no more.
[[nodiscard]] cell token_cell(const account& shown, std::int64_t now, const terminal& where);
/// What happens next without an app asking, or what the person has to do: "refresh in 40 min", "retry in 12 s",
/// "you: latchkey login work". For people.
[[nodiscard]] cell next_cell(const account& shown, std::int64_t now);
/// "12 min ago"; "-" where there is no token. For people.
[[nodiscard]] std::string refreshed_text(const account& shown, std::int64_t now);
/// "2 min ago by /usr/bin/git (process 42)"; "-" where it was not used since the daemon started. For people.
[[nodiscard]] std::string last_use(const account& shown, std::int64_t now);
/// `text` made safe to show; "-" where it is empty.
[[nodiscard]] std::string word(const std::string& text);
/// Names with a space between them; "-" where there are none.
[[nodiscard]] std::string joined(const std::vector<std::string>& words);
/// A row for each account: name, provider, state, end of its token, scopes.
[[nodiscard]] table account_table(const std::vector<account>& accounts, std::int64_t now, const terminal& where);
/// Names and values of everything known about one account.
[[nodiscard]] table account_details(const account& shown, std::int64_t now, const terminal& where);
/// "work is logged in as ann@example.com; its token ends in 3 h 59 min". `who` may be empty.
[[nodiscard]] std::string login_sentence(const account& shown, const std::string& who, std::int64_t now);

/// Throws client_error NoSuchAccount.
[[nodiscard]] account find_account(client& agent, const std::string& name);
/// Seconds since 1970.
[[nodiscard]] std::int64_t now_seconds();

}  // namespace latchkey::cli
