// How a failure reaches the person: one sentence, what the provider said, what to do next. Everything that goes wrong
// in the command line is a client_error, whether the daemon said so or we did.
#pragma once

#include <string>

#include "cli/invocation.h"
#include "cli/terminal.h"
#include "core/error.h"
#include "latchkey/client.h"

namespace latchkey::cli {

/// A client_error with the name, exit code and advice of `code`.
[[nodiscard]] client_error failure_of(errc code, const std::string& message);
/// Throws a client_error with the name, exit code and advice of `code`.
[[noreturn]] void fail(errc code, const std::string& message);
[[noreturn]] void fail(const fault& why);
/// The account is not among those the daemon has; offers the nearest name.
[[noreturn]] void fail_unknown_account(const std::string& name, const std::vector<account>& accounts);

/// What to do next, for this account: the error's advice with ACCOUNT replaced, the missing scopes, the time to wait.
[[nodiscard]] std::string advice_of(const client_error& error, const std::string& account);
/// The lines for standard error.
[[nodiscard]] std::string failure_text(const client_error& error, const std::string& account, const terminal& where);
/// Writes the lines, or with --json one object, to standard error.
void report(const client_error& error, const invocation& call);
/// "latchkey: " and a warning on standard error.
void warn(const std::string& message);

}  // namespace latchkey::cli
