// The life of one grant as a state machine: an event and the time come in, one action goes out. It decides;
// daemon/account carries out. It never reads a clock, a socket or a store. Its two tables, at the top of
// account_fsm.cpp, are the place to begin: which event leads where, and what a caller gets in which state.
#pragma once

#include <optional>

#include "core/error.h"
#include "core/leases.h"
#include "core/provider.h"
#include "core/scopes.h"
#include "core/token_endpoint.h"
#include "core/types.h"

namespace latchkey {

enum class account_state {
  logged_out,      ///< No grant.
  fresh,           ///< A grant; no refresh under way. Its token may have expired.
  draining,        ///< A rotation is due, and waits for the leases on the token in hand (exclusive providers).
  refreshing,      ///< One token request is under way.
  saving,          ///< A new grant is on its way into the store. Nobody gets its token before it is there.
  unsaved,         ///< The store did not take it; the next try is due at next_attempt().
  backing_off,     ///< The last refresh failed for now; none before next_attempt().
  login_required,  ///< The refresh token is dead. A living access token is still handed out.
};

enum class account_event {
  adopted,       ///< A grant rests in the store: after a login, a refresh, or as it was found there.
  held_back,     ///< A rotation is wanted and leases hold it back.
  asked,         ///< The token request goes out.
  answered,      ///< A token endpoint gave a new grant.
  save_failed,   ///< The store did not take it.
  save_retried,  ///< It is tried again.
  failed,        ///< The refresh failed for now.
  died,          ///< The provider says that the refresh token is dead.
  forgotten,     ///< The person logged out.
};

enum class account_action {
  serve,           ///< Answer with the token in memory.
  start_rotation,  ///< Wait for leases where there are any, then refresh. Exactly one caller gets this.
  start_save,      ///< Try the save again. Exactly one caller gets this.
  wait,            ///< Something is under way: wait for its end, then ask again.
  refuse,          ///< Answer with refusal().
};

/// What a caller of GetToken wants.
struct token_wanted {
  scope_list scopes;
  std::optional<seconds> min_valid;                   ///< Strict where given; absent: lenient_min_valid().
  std::optional<generation_number> stale_generation;  ///< The caller saw this one refused with 401.
  std::optional<seconds> lease;                       ///< The caller will hold a lease for so long.
};

/// What the machine knows of the token in hand.
struct token_terms {
  generation_number generation = 0;
  std::optional<boot_time> expires_at;
  std::optional<seconds> lifetime;
  bool refreshable = false;  ///< There is a refresh token.
  scope_list scopes;
  /// When an unused refresh token would die, and how long it lives from its last use; absent: not known.
  std::optional<boot_time> refresh_expires_at;
  std::optional<seconds> refresh_lifetime;
};

class account_fsm {
 public:
  explicit account_fsm(rotation kind) : rotation_(kind) {}

  /// A caller asks. In this order: no grant, or one without a wanted scope, is refused (login_required). A token that
  /// lives long enough and is not the stale one is served, except while an exclusive provider may have killed it, and
  /// except to one who wants a lease while a rotation waits for leases. What others get, the table in account_fsm.cpp
  /// says. A rotation does not start for a dead refresh token or none (login_required), nor for a min_valid that a new
  /// token could not hold either (bad_request: the lifetime less limits::first_backoff, so that no caller refreshes
  /// round and round). In a back-off, and in the first second of a short-lived token, a caller without min_valid gets
  /// what life is left, others are refused with retry_after.
  account_action wanted(const token_wanted& request, boot_time now);
  /// True where wanted() would have a token replaced that is good but for `request.stale_generation`.
  [[nodiscard]] bool would_force(const token_wanted& request, boot_time now) const;
  /// Nobody asks, and time has passed: a coexisting account in use gets a new token ahead of its expiry, an idle one
  /// when its refresh token would die, an unsaved grant another try. `wait` where there is nothing to do.
  account_action upkeep(boot_time now);
  /// When upkeep() will have something to do; nothing: not before the next event.
  [[nodiscard]] std::optional<boot_time> next_upkeep(boot_time now) const;

  /// After `serve`, where the caller asked for a lease: it is held for `wanted`, limits::longest_lease or the token's
  /// life, whichever is shortest.
  lease_number lease(seconds wanted, boot_time now);
  /// False: it was over already.
  bool release(lease_number which) { return leases_.release(which); }
  /// In `draining`: when the last lease ends; nothing where none holds.
  [[nodiscard]] std::optional<boot_time> held_until(boot_time now) { return leases_.held_until(now); }

  /// The leases are over: the token request goes out.
  void drained();
  /// A token endpoint has given a grant, after a refresh or a login; the save is under way.
  void answered();
  /// A grant has been saved (after a login or a refresh) or loaded from the store. Ends a refresh and any back-off.
  /// `jitter` in [0,1) says when it is refreshed ahead.
  void adopt(token_terms terms, double jitter);
  /// The save under way failed; nothing happens where none is.
  void save_failed(fault why, boot_time now, double jitter);
  /// The refresh under way failed; nothing happens where none is. `jitter` in [0,1). A transient failure and a
  /// permanent one back off (a mended configuration heals without a login) and differ in what callers are told; a dead
  /// grant needs a login.
  void refresh_failed(const token_failure& failure, boot_time now, double jitter);
  /// The person logged out, or the store lost the grant.
  void forget();

  [[nodiscard]] account_state state() const noexcept { return state_; }
  [[nodiscard]] const token_terms& terms() const noexcept { return terms_; }
  /// After `refuse`: why.
  [[nodiscard]] const fault& refusal() const noexcept { return refusal_; }
  /// What the last failure said; for backing_off, unsaved and login_required.
  [[nodiscard]] const fault& last_failure() const noexcept { return last_failure_; }
  /// In backing_off and unsaved: no try before this.
  [[nodiscard]] std::optional<boot_time> next_attempt() const noexcept { return next_attempt_; }
  /// Life left of the token in hand; nothing where its lifetime is unknown. Not negative.
  [[nodiscard]] std::optional<boot_clock::duration> life_left(boot_time now) const noexcept;

 private:
  bool happens(account_event event);
  account_action serve(boot_time now);
  account_action refuse(fault why);
  account_action rotate(const token_wanted& request, boot_time now);
  account_action start_rotation(boot_time now);
  account_action retry_save(const token_wanted& request, boot_time now);
  account_action serve_or_refuse_until(boot_time until, const token_wanted& request, boot_time now);
  [[nodiscard]] bool is_good_for(const token_wanted& request, boot_time now) const;
  [[nodiscard]] bool is_stale(const token_wanted& request) const noexcept;
  [[nodiscard]] bool lives_for(const token_wanted& request, boot_time now) const;
  /// Asks for no life in particular, and gets what is left where there is no better token to be had now.
  [[nodiscard]] bool takes_the_rest(const token_wanted& request, boot_time now) const;
  /// The provider may have killed the token in hand already.
  [[nodiscard]] bool is_doubtful() const noexcept;
  [[nodiscard]] bool in_use(boot_time now) const;
  /// Before this no refresh starts: the end of the back-off, or the floor under refreshes of short-lived tokens.
  [[nodiscard]] std::optional<boot_time> paused_until() const noexcept;
  [[nodiscard]] fault cannot_refresh(const token_wanted& request, boot_time now) const;

  rotation rotation_;
  account_state state_ = account_state::logged_out;
  token_terms terms_;
  leases leases_;                 ///< On the token in hand.
  fault refusal_;                 ///< What the last caller was told.
  fault last_failure_;            ///< What the last failed refresh or save said.
  unsigned failures_ = 0;         ///< In a row.
  unsigned dead_on_arrival_ = 0;  ///< Tokens in a row that came with no life at all.
  std::optional<boot_time> next_attempt_;
  std::optional<boot_time> last_served_;
  std::optional<boot_time> ahead_at_;       ///< From then on a token in use is replaced before it expires.
  std::optional<boot_time> keep_alive_at_;  ///< From then on the refresh token is used lest it dies.
};

[[nodiscard]] std::string_view to_string(account_state state) noexcept;

}  // namespace latchkey
