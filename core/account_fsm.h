// The life of one grant as a state machine: an event and the time come in, one action goes out. It decides;
// daemon/account carries out. It never reads a clock, a socket or a store.
#pragma once

#include <optional>

#include "core/error.h"
#include "core/provider.h"
#include "core/scopes.h"
#include "core/token_endpoint.h"
#include "core/types.h"

namespace latchkey {

enum class account_state {
  logged_out,      ///< No grant.
  fresh,           ///< A grant; no refresh under way. Its token may have expired.
  refreshing,      ///< One token request, or the save after it, is under way.
  backing_off,     ///< The last refresh failed for now; none before next_attempt().
  login_required,  ///< The refresh token is dead. A living access token is still handed out.
};

enum class account_action {
  serve,          ///< Answer with the token in memory.
  start_refresh,  ///< Send one refresh request. Exactly one caller gets this; the state is now `refreshing`.
  wait,           ///< A refresh is under way: wait for its end, then ask again.
  refuse,         ///< Answer with refusal().
};

/// What a caller of GetToken wants.
struct token_wanted {
  scope_list scopes;
  std::optional<seconds> min_valid;                   ///< Strict where given; absent: lenient_min_valid().
  std::optional<generation_number> stale_generation;  ///< The caller saw this one refused with 401.
};

/// What the machine knows of the token in hand.
struct token_terms {
  generation_number generation = 0;
  std::optional<boot_time> expires_at;
  std::optional<seconds> lifetime;
  bool refreshable = false;  ///< There is a refresh token.
  scope_list scopes;
};

class account_fsm {
 public:
  explicit account_fsm(rotation kind) : rotation_(kind) {}

  /// A caller asks. In this order: no grant, or one without a wanted scope, is refused (login_required). A token that
  /// lives long enough and is not the stale one is served, except while an exclusive provider may be killing it. Then:
  /// a refresh under way is waited for; a dead refresh token or none at all is refused (login_required); so is a
  /// min_valid that a new token could not hold either (bad_request: the lifetime less limits::first_backoff, so that no
  /// caller refreshes round and round). In a back-off, and in the first second of a short-lived token, a caller without
  /// min_valid gets what life is left, others are refused with retry_after. Otherwise one refresh starts.
  account_action wanted(const token_wanted& request, boot_time now);
  /// A grant has been saved (after a login or a refresh) or loaded from the store. Ends a refresh and any back-off.
  void adopt(token_terms terms);
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
  /// What the last failed refresh said; for backing_off and login_required.
  [[nodiscard]] const fault& last_failure() const noexcept { return last_failure_; }
  /// In backing_off: no refresh before this.
  [[nodiscard]] std::optional<boot_time> next_attempt() const noexcept { return next_attempt_; }
  /// Life left of the token in hand; nothing where its lifetime is unknown. Not negative.
  [[nodiscard]] std::optional<boot_clock::duration> life_left(boot_time now) const noexcept;

 private:
  account_action refuse(fault why);
  account_action serve_or_refuse_until(boot_time until, const token_wanted& request, boot_time now);
  [[nodiscard]] bool is_stale(const token_wanted& request) const noexcept;
  [[nodiscard]] bool lives_for(const token_wanted& request, boot_time now) const;
  /// Before this no refresh starts: the end of the back-off, or the floor under refreshes of short-lived tokens.
  [[nodiscard]] std::optional<boot_time> paused_until() const noexcept;
  [[nodiscard]] fault cannot_refresh(const token_wanted& request, boot_time now) const;

  rotation rotation_;
  account_state state_ = account_state::logged_out;
  token_terms terms_;
  fault refusal_;                 ///< What the last caller was told.
  fault last_failure_;            ///< What the last failed refresh said.
  unsigned failures_ = 0;         ///< In a row.
  unsigned dead_on_arrival_ = 0;  ///< Tokens in a row that came with no life at all.
  std::optional<boot_time> next_attempt_;
};

[[nodiscard]] std::string_view to_string(account_state state) noexcept;

}  // namespace latchkey
