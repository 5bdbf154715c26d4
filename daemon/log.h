// The daemon's log: lines to stderr, with a <N> priority prefix under systemd so that the journal knows the level.
// Messages are ours and hold no secret; what came from outside is passed through printable() first.
#pragma once

#include <string_view>

#include "core/settings.h"

namespace latchkey::log {

void set_level(log_level level);
void debug(std::string_view message);
void info(std::string_view message);
void warning(std::string_view message);
void error(std::string_view message);

}  // namespace latchkey::log
