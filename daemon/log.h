// The daemon's log: lines to stderr, with a <N> priority prefix under systemd so that the journal knows the level.
// Messages are ours and hold no secret; what came from outside is passed through printable() first.
#pragma once

#include <exception>
#include <string>
#include <string_view>

#include "core/settings.h"

namespace latchkey::log {

void set_level(log_level level);
void debug(std::string_view message);
void info(std::string_view message);
void warning(std::string_view message);
void error(std::string_view message);

/// Logs an exception that left a coroutine: a bug, except for cancellation, which is silent.
void bug(std::string_view where, const std::exception_ptr& failed);

/// The completion handler of a coroutine that nobody waits for.
inline auto report_bug(std::string where) {
  return [where = std::move(where)](const std::exception_ptr& failed, auto&&...) { bug(where, failed); };
}

}  // namespace latchkey::log
