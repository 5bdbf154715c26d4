// Locks: the person's own and those of the desktop's session.
#include "tests/sim/simulation.h"

namespace latchkey::sim {

// Also in the middle of what the daemon does, and several at once.
void simulation::lock_whim() {
  const odds& chances = world_.what.chances;
  seeded_random& dice = world_.locks;
  const unsigned session = world_.session_locked ? chances.session_unlock : chances.session_lock;
  if (chances.session_lock > 0 && dice.chance(session)) {
    if (dice.chance(500)) begin_next_event(dice);
    set_session(world_.session_locked ? session_state::unlocked : session_state::locked);
  }
  if (!serves() || chances.lock == 0) return;
  bool locked = world_.eyes.is_locked();
  if (!dice.chance(locked ? chances.unlock : chances.lock * (much_goes_on() ? 4 : 1))) return;
  if (dice.chance(500)) begin_next_event(dice);
  do {
    if (!serves()) return;
    if (locked)
      person_.unlock(*daemon_);
    else
      person_.lock(*daemon_);
    if (dice.chance(300)) apps_[dice.below(apps_.size())]->ask(*daemon_);
    if (dice.chance(900)) locked = !locked;
  } while (dice.chance(200));
  daemon_->run();
}

// Where a lock has most to spoil.
bool simulation::much_goes_on() const {
  if (person_.waits()) return true;
  for (std::size_t account = 0; account < world_.what.accounts.size(); ++account)
    if (world_.eyes.request_in_flight(account) || world_.eyes.has_unsaved(account)) return true;
  return false;
}

void simulation::set_session(session_state now) {
  world_.session_locked = now == session_state::locked;
  world_.told.step([&] { return std::string("session: ") + (world_.session_locked ? "locks" : "unlocks"); });
  if (!daemon_) return;
  tell_of_session();
  daemon_->run();
}

// As daemon/adapters/session_watch does.
void simulation::tell_of_session() {
  if (world_.session_locked) {
    world_.eyes.locked(daemon_lock::cause::session);
    daemon_->session_is(session_state::locked);
  } else {
    world_.eyes.unlocked(daemon_lock::cause::session);
    daemon_->session_is(session_state::unlocked);
  }
}

void simulation::look_into_memory() {
  for (const account_plan& each : world_.what.accounts) {
    const grant& held = daemon_->find(each.name)->current();
    if (!held.access_token.empty() || !held.refresh_token.empty())
      world_.eyes.broken("lock", "a locked daemon with nothing under way holds a token of " + each.name);
  }
}

// What is locked stays so in the best of worlds, until somebody unlocks it.
void simulation::end_locks() {
  if (world_.eyes.anyone_waits() || person_.waits() || person_.waits_for_lock())
    world_.eyes.broken("nobody waits for ever", "a locked daemon does not answer although nothing is under way");
  if (world_.eyes.is_locked()) {
    look_into_memory();
    app probe(world_, 98);
    final_call(probe, {});
  }
  if (world_.session_locked) set_session(session_state::unlocked);
  if (world_.eyes.is_locked()) person_.unlock(*daemon_);
  daemon_->run();
}

}  // namespace latchkey::sim
