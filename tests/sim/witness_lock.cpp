// What a locked daemon may do, and what it may not.
#include "core/limits.h"
#include "tests/sim/witness.h"

namespace latchkey::sim {

void witness::locked(daemon_lock::cause why) {
  if (lock_) {
    if (why == daemon_lock::cause::person) lock_ = why;
    return;
  }
  lock_ = why;
  for (watched_account& each : accounts_) each.may_be_put_away = true;
}

void witness::unlocked(daemon_lock::cause why) {
  if (why == daemon_lock::cause::session && lock_ == daemon_lock::cause::person) return;
  lock_.reset();
  empty_ = false;
}

// An answer in time says that nothing is under way any more; a late one does not.
void witness::lock_answered(moment asked) {
  if (lock_ && events_.now() < asked + limits::shutdown_patience) empty_ = true;
}

void witness::check_lock(const std::string& what) {
  if (empty_) broken("lock", what + " although the daemon was locked and had nothing under way");
}

// Whoever asks a locked daemon is told so, at once and with the way out; nobody else is.
void witness::check_refusal_by_lock(int app, bool by_lock, const std::string& name) {
  if (by_lock && !lock_) broken("lock", "an app was told that the daemon is locked, and it is not");
  if (locked_out_.erase(app) > 0 && !by_lock)
    broken("lock", "an app that asked a locked daemon was refused with " + name + ", not with how to unlock it");
}

}  // namespace latchkey::sim
