// The daemon's log, in a simulation: its lines go into the story and past the witness. log_to_story.cpp takes the place
// of daemon/log.cpp.
#pragma once

#include "tests/sim/world.h"

namespace latchkey::sim {

/// While it lives, log lines go to this world; without one they are dropped.
class log_to_story {
 public:
  explicit log_to_story(world& around);
  log_to_story(const log_to_story&) = delete;
  log_to_story& operator=(const log_to_story&) = delete;
  ~log_to_story();
};

}  // namespace latchkey::sim
