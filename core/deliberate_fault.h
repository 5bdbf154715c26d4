// Faults that the simulation switches on to prove that it would notice them. The product is compiled without the flag:
// there deliberate() is a constant false and leaves no code behind.
#pragma once

#include <string_view>

namespace latchkey {

enum class deliberate_fault {
  none,
  publish_before_persist,   ///< Hands out a token that the store does not have yet.
  no_single_flight,         ///< Does not wait for the refresh under way: sends another.
  ignore_lease,             ///< Rotates an exclusive grant under a living lease.
  forget_journal,           ///< Skips the journal.
  forget_replay,            ///< Does not look into the journal after a restart.
  skip_sync,                ///< Hands out what a power cut may still take.
  forget_backoff,           ///< Asks again at once after a failure.
  serve_expired,            ///< Takes every token for a living one.
  ignore_stale_generation,  ///< Hands out again what a resource server has refused.
  keep_old_refresh_token,   ///< Saves the refresh token that was used, not the one that came.
  serve_after_logout,       ///< Goes on with the grant in memory after a logout.
  trust_wall_clock,         ///< Counts a token's life by the wall clock of the moment.
  ask_again_while_unsaved,  ///< Forgets a token that it could not save, and asks for another.
  serve_while_rotating,     ///< Hands out the old token of an exclusive provider while it is being killed.
  forget_before_erasing,    ///< Forgets the grant in memory before the store has: a logout that fails loses a refresh.
  take_late_answers,        ///< Takes the answer to a question from before a logout.
  endless_lease,            ///< Lets a lease hold a rotation back for ever.
  forget_waiters,           ///< Does not wake those who wait for a refresh.
  stop_while_busy,          ///< Ends a process in the middle of a refresh.
  cancel_with_caller,       ///< A caller that leaves takes the refresh with it, and the others wait for good.
  ignore_lock,              ///< A locked daemon goes on as if it were not.
  serve_those_who_wait,     ///< Who waits for a refresh at the moment of a lock gets the token.
  drop_at_lock,             ///< Forgets what a refresh brings to a locked daemon.
  keep_secrets_at_lock,     ///< Says that the secrets have left memory, and keeps them.
};

#ifdef LATCHKEY_DELIBERATE_FAULTS
/// Set once, before anything runs.
inline deliberate_fault chosen_fault = deliberate_fault::none;
[[nodiscard]] inline bool deliberate(deliberate_fault which) noexcept {
  return which == chosen_fault;
}
#else
[[nodiscard]] constexpr bool deliberate(deliberate_fault /*which*/) noexcept {
  return false;
}
#endif

}  // namespace latchkey
