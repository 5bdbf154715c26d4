#include "cli/failure.h"

#include <unistd.h>

#include "cli/app_view.h"
#include "cli/duration_text.h"
#include "cli/json_output.h"
#include "cli/nearest_word.h"
#include "cli/standard_output.h"

namespace latchkey::cli {
namespace {

constexpr std::size_t longest_message = 4096;  // Paths and lists of scopes fit; a flood does not.

std::string with_account(std::string advice, const std::string& account) {
  constexpr std::string_view placeholder = "ACCOUNT";
  if (account.empty()) return advice;
  for (std::size_t at = advice.find(placeholder); at != std::string::npos;
       at = advice.find(placeholder, at + account.size()))
    advice.replace(at, placeholder.size(), account);
  return advice;
}

bool is_about_app(const client_error& error) {
  return !error.app.empty() &&
         (error.name() == info(errc::consent_pending).wire_name || error.name() == info(errc::access_denied).wire_name);
}

// The daemon's sentence may say so already, and an app without a name is nobody's to allow.
std::string consent_advice(const client_error& error, const std::string& account) {
  const bool has_name = error.app.find_first_of("/:") != std::string::npos;
  const bool is_said = std::string_view(error.what()).find("latchkey apps") != std::string_view::npos;
  return account.empty() || !has_name || is_said ? "" : "To allow it, run: " + allow_command(error.app, account);
}

}  // namespace

client_error failure_of(errc code, const std::string& message) {
  const error_info& row = info(code);
  client_error error(std::string(row.wire_name), row.exit_code, message);
  error.advice = row.advice;
  return error;
}

void fail(errc code, const std::string& message) {
  throw failure_of(code, message);
}

void fail(const fault& why) {
  client_error error = failure_of(why.code, why.message);
  error.provider_text = why.provider_text;
  throw error;
}

void fail_unknown_account(const std::string& name, const std::vector<account>& accounts) {
  std::vector<std::string> names;
  names.reserve(accounts.size());
  for (const account& each : accounts) names.push_back(printable(each.name));
  fail(errc::no_such_account, "there is no account named " + printable(name) + suggestion(printable(name), names));
}

std::string advice_of(const client_error& error, const std::string& account) {
  const std::string name = printable(account);
  if (error.name() == info(errc::login_required).wire_name && !error.missing_scopes.empty() && !name.empty()) {
    std::string scopes;
    for (const std::string& each : error.missing_scopes) scopes += (scopes.empty() ? "" : " ") + printable(each);
    return "Run: latchkey login " + name + " --scope \"" + scopes + "\"";
  }
  if (is_about_app(error)) return consent_advice(error, account);
  if (error.retry_after && error.retry_after->count() > 0)
    return "Try again in " + duration_text(error.retry_after->count()) + ".";
  return with_account(printable(error.advice), name);
}

std::string failure_text(const client_error& error, const std::string& account, const terminal& where) {
  std::string text = styled("latchkey:", look::bad, where) + " " + printable(error.what(), longest_message) + "\n";
  if (!error.provider_text.empty()) text += "the provider says: " + printable(error.provider_text) + "\n";
  const std::string advice = advice_of(error, account);
  return advice.empty() ? text : text + advice + "\n";
}

void report(const client_error& error, const invocation& call) {
  say(call.json ? json::failure(error, call.account) : failure_text(error, call.account, terminal_of(STDERR_FILENO)));
}

void warn(const std::string& message) {
  say(styled("latchkey: warning:", look::warning, terminal_of(STDERR_FILENO)) + " " +
      printable(message, longest_message) + "\n");
}

}  // namespace latchkey::cli
