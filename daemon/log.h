// The daemon's log. Under systemd, where stderr leads to the journal, entries go there with fields of their own
// (systemd.journal-fields(7)); where the journal's socket is absent, lines with a <N> priority prefix (sd-daemon(3));
// else plain lines to stderr. Messages are ours and hold no secret; what came from outside is passed through
// printable() first.
#pragma once

#include <exception>
#include <string>
#include <string_view>

#include "core/settings.h"

namespace latchkey::log {

/// What a message is about: LATCHKEY_ACCOUNT and LATCHKEY_EVENT in the journal. Empty: no such field.
struct subject {
  std::string_view account = {};
  /// "login", "refresh", "logout", "store", "account", "api_key", "start", "reload", "stop"
  std::string_view event = {};
};

void set_level(log_level level);
void debug(std::string_view message, const subject& about = {});
void info(std::string_view message, const subject& about = {});
void warning(std::string_view message, const subject& about = {});
void error(std::string_view message, const subject& about = {});

/// Logs an exception that left a coroutine: a bug, except for cancellation, which is silent.
void bug(std::string_view where, const std::exception_ptr& failed);

/// The completion handler of a coroutine that nobody waits for.
inline auto report_bug(std::string where) {
  return [where = std::move(where)](const std::exception_ptr& failed, auto&&...) { bug(where, failed); };
}

}  // namespace latchkey::log
