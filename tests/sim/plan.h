// What a seed decides once, before its world begins: accounts, how their providers behave, and which misfortunes there
// are. Every seed has another mixture, most misfortunes are absent from it: a world in which everything fails at once
// shows little.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "core/types.h"
#include "tests/sim/event_queue.h"
#include "tests/sim/seeded_random.h"

namespace latchkey::sim {

struct account_plan {
  std::string name;
  bool exclusive = false;
  bool confidential = false;
  bool rotates = true;               ///< Each refresh replaces the refresh token.
  bool detects_reuse = false;        ///< An old refresh token ends the grant (RFC 9700 §4.14.2).
  moment grace{0};                   ///< So long an old refresh token is still taken.
  seconds lifetime{3600};            ///< Of access tokens.
  bool lies_about_lifetime = false;  ///< Says 0 or ten years now and then.
  bool begins_logged_in = true;
};

/// In a thousand, at each opportunity.
struct odds {
  unsigned refused = 0, lost = 0, slow_answer = 0, status_500 = 0, html_502 = 0, too_many = 0, truncated = 0,
           grant_ended = 0;
  unsigned store_locked = 0, store_gone = 0, store_slow = 0, save_fails = 0, save_fails_but_is_written = 0;
  unsigned journal_fails = 0;
  unsigned crash = 0, reboot = 0, shutdown = 0, suspend = 0, wall_jump = 0;
  unsigned another_process = 0;
  unsigned hang_up = 0, logout = 0, login = 0, burst = 0;
  unsigned lock = 0, unlock = 0, session_lock = 0, session_unlock = 0;
};

struct plan {
  std::vector<account_plan> accounts;
  int apps = 4;
  int steps = 150;  ///< Before the world gets well again.
  odds chances;
};

/// The accounts whose files every world shares; plan::accounts is a choice of them.
[[nodiscard]] std::vector<account_plan> all_accounts();
/// What is about locks comes from `locks`, so that it changes no other decision of a seed.
[[nodiscard]] plan plan_from(seeded_random& random, seeded_random& locks);

}  // namespace latchkey::sim
