// What --json prints: the values of the daemon's interface under the interface's own names, one object a line, ASCII
// only. Beside exec_credential the one place of the command that knows a JSON library.
#pragma once

#include <string>
#include <vector>

#include "cli/doctor_checks.h"
#include "latchkey/client.h"

namespace latchkey::cli::json {

[[nodiscard]] std::string of(const token& value);
[[nodiscard]] std::string of(const dpop_proof& value);
[[nodiscard]] std::string of(const account& value);
[[nodiscard]] std::string of(const std::vector<account>& values);  ///< {"accounts": […]}
[[nodiscard]] std::string of(const login_step& step);
[[nodiscard]] std::string of(const event& value);
[[nodiscard]] std::string of(const logout_result& value);
[[nodiscard]] std::string of(const provider_description& value);
[[nodiscard]] std::string of(const std::vector<provider_description>& values);  ///< {"providers": […]}
/// {"scopes": […], …}: what of the description is about scopes.
[[nodiscard]] std::string scopes_of(const provider_description& value);
[[nodiscard]] std::string of(const daemon_status& value);
[[nodiscard]] std::string of(const std::vector<check>& checks);  ///< {"checks": […]}
/// {"KEY": "VALUE"}
[[nodiscard]] std::string member(const std::string& key, const std::string& value);
/// {"error": "LoginRequired", "message": …} with what else is known.
[[nodiscard]] std::string failure(const client_error& error, const std::string& account_name);

}  // namespace latchkey::cli::json
