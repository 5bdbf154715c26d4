// What --json prints: the values of the daemon's interface under the interface's own names, one object a line, ASCII
// only. Beside exec_credential the one place of the command that knows a JSON library.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/doctor_checks.h"
#include "cli/person_view.h"
#include "latchkey/client.h"

namespace latchkey::cli::json {

[[nodiscard]] std::string of(const token& value);
[[nodiscard]] std::string of(const dpop_proof& value);
[[nodiscard]] std::string of(const account& value);
/// The account with "user": {…} and "user_problem", each null where there is none.
[[nodiscard]] std::string of(const account& value, const std::optional<person>& user);
[[nodiscard]] std::string of(const std::vector<account>& values);  ///< {"accounts": […]}
[[nodiscard]] std::string of(const login_step& step);
[[nodiscard]] std::string of(const event& value);
[[nodiscard]] std::string of(const logout_result& value);
[[nodiscard]] std::string of(const provider_description& value);
[[nodiscard]] std::string of(const std::vector<provider_description>& values);  ///< {"providers": […]}
/// {"scopes": […], …}: what of the description is about scopes.
[[nodiscard]] std::string scopes_of(const provider_description& value);
/// The status with "pending", the questions that wait.
[[nodiscard]] std::string of(const daemon_status& value, const std::vector<pending_consent>& pending);
[[nodiscard]] std::string of(const std::vector<check>& checks);  ///< {"checks": […]}
[[nodiscard]] std::string of(const std::vector<api_key>& keys);  ///< {"keys": […]}
/// The key, with "secret" where it was revealed. Wipe it.
[[nodiscard]] std::string of(const created_api_key& value);
[[nodiscard]] std::string of(const app_overview& value);
[[nodiscard]] std::string of(const std::vector<pending_consent>& pending);  ///< {"pending": […]}
[[nodiscard]] std::string of(const app_choice& value);
[[nodiscard]] std::string of(const std::vector<audit_entry>& entries);  ///< {"entries": […]}
[[nodiscard]] std::string forgotten(std::int64_t count);                ///< {"forgotten": N}
/// {"private_key_file": …, "public_key_file": …, "public_key": …}
[[nodiscard]] std::string key_pair(const std::string& private_file, const std::string& public_file,
                                   const std::string& public_pem);

enum class layout { line, indented };
/// `any`, which came from outside and has to be JSON: throws client_error where it is not.
[[nodiscard]] std::string text(const std::string& any, layout how);

/// {"KEY": "VALUE"}
[[nodiscard]] std::string member(const std::string& key, const std::string& value);
/// {KEY: true}
[[nodiscard]] std::string flag(const std::string& key, bool value);
/// {"error": "LoginRequired", "message": …} with what else is known.
[[nodiscard]] std::string failure(const client_error& error, const std::string& account_name);

}  // namespace latchkey::cli::json
