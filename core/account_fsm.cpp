#include "core/account_fsm.h"

#include <algorithm>
#include <string>

#include "core/limits.h"
#include "core/refresh_policy.h"

namespace latchkey {
namespace {

std::string in_seconds(seconds count) {
  return std::to_string(count.count()) + " s";
}

// No number from outside may overflow when it becomes nanoseconds.
seconds bounded(seconds wanted) {
  return std::clamp(wanted, seconds(0), limits::longest_lifetime);
}

// Nothing lives long enough for this caller, and asking again would not change it.
bool beyond_reach(const token_wanted& request, const token_terms& terms) {
  return request.min_valid && terms.lifetime && bounded(*request.min_valid) + limits::first_backoff > *terms.lifetime;
}

}  // namespace

account_action account_fsm::wanted(const token_wanted& request, boot_time now) {
  if (state_ == account_state::logged_out)
    return refuse({errc::login_required, "the account has no grant: nobody has logged in"});
  if (scope_list missing = missing_scopes(terms_.scopes, request.scopes); !missing.empty()) {
    fault why(errc::login_required, "the grant does not cover " + printable(join_scopes(missing)));
    why.missing_scopes = std::move(missing);
    return refuse(std::move(why));
  }
  const bool stale = is_stale(request);
  // The provider may have killed the token in hand already.
  const bool doubtful = state_ == account_state::refreshing && rotation_ == rotation::exclusive;
  if (lives_for(request, now) && !stale && !doubtful) return account_action::serve;
  if (state_ == account_state::refreshing) return account_action::wait;
  if (state_ == account_state::login_required) return refuse(last_failure_);
  if (!terms_.refreshable) return refuse(cannot_refresh(request, now));
  if (beyond_reach(request, terms_))
    return refuse({errc::bad_request, "min_valid is " + in_seconds(*request.min_valid) +
                                          ", but this provider's tokens live for " + in_seconds(*terms_.lifetime) +
                                          " in all: ask for less"});
  if (const auto until = paused_until(); until && now < *until) {
    if (state_ == account_state::backing_off || !stale) return serve_or_refuse_until(*until, request, now);
  }
  state_ = account_state::refreshing;
  return account_action::start_refresh;
}

void account_fsm::adopt(token_terms terms) {
  terms_ = std::move(terms);
  state_ = account_state::fresh;
  failures_ = 0;
  next_attempt_.reset();
  dead_on_arrival_ = terms_.lifetime && *terms_.lifetime <= seconds(0) ? dead_on_arrival_ + 1 : 0;
}

void account_fsm::refresh_failed(const token_failure& failure, boot_time now, double jitter) {
  if (state_ != account_state::refreshing) return;
  last_failure_ = failure.why;
  if (failure.what == token_failure::kind::dead_grant) {
    last_failure_.code = errc::login_required;
    state_ = account_state::login_required;
  } else {
    const bool passing = failure.what == token_failure::kind::transient;
    last_failure_.code = passing ? errc::temporarily_unavailable : errc::provider_error;
    state_ = account_state::backing_off;
    next_attempt_ = now + backoff(++failures_, failure.why.retry_after, jitter);
  }
  refusal_ = last_failure_;
}

void account_fsm::forget() {
  *this = account_fsm(rotation_);
}

std::optional<boot_clock::duration> account_fsm::life_left(boot_time now) const noexcept {
  if (!terms_.expires_at) return std::nullopt;
  return std::max(*terms_.expires_at - now, boot_clock::duration::zero());
}

bool account_fsm::is_stale(const token_wanted& request) const noexcept {
  return request.stale_generation && *request.stale_generation >= terms_.generation;
}

bool account_fsm::lives_for(const token_wanted& request, boot_time now) const {
  const auto left = life_left(now);
  if (!left) return true;
  const boot_clock::duration needed =
      request.min_valid ? boot_clock::duration(bounded(*request.min_valid)) : lenient_min_valid(terms_.lifetime);
  return *left > boot_clock::duration::zero() && *left >= needed;
}

std::optional<boot_time> account_fsm::paused_until() const noexcept {
  if (state_ == account_state::backing_off) return next_attempt_;
  if (!terms_.expires_at || !terms_.lifetime) return std::nullopt;
  const boot_time issued = *terms_.expires_at - *terms_.lifetime;
  return issued + backoff(dead_on_arrival_, std::nullopt, 1.0);
}

account_action account_fsm::refuse(fault why) {
  refusal_ = std::move(why);
  return account_action::refuse;
}

account_action account_fsm::serve_or_refuse_until(boot_time until, const token_wanted& request, boot_time now) {
  const bool some_life = life_left(now).value_or(boot_clock::duration::zero()) > boot_clock::duration::zero();
  if (some_life && !request.min_valid && !is_stale(request)) return account_action::serve;
  const bool backing_off = state_ == account_state::backing_off;
  fault why = backing_off ? last_failure_
                          : fault(errc::temporarily_unavailable, "the provider's tokens live for " +
                                                                     in_seconds(*terms_.lifetime) +
                                                                     " only, and the last one came just now");
  if (why.code == errc::temporarily_unavailable) why.retry_after = std::chrono::ceil<seconds>(until - now);
  return refuse(std::move(why));
}

fault account_fsm::cannot_refresh(const token_wanted& request, boot_time now) const {
  constexpr const char* end = ", and the provider gave no refresh token";
  if (is_stale(request)) return {errc::login_required, std::string("the token was refused") + end};
  const auto left = std::chrono::floor<seconds>(life_left(now).value_or(boot_clock::duration::zero()));
  if (left == seconds(0)) return {errc::login_required, std::string("the token has expired") + end};
  return {errc::login_required, "the token lives for " + in_seconds(left) + " more" + end};
}

std::string_view to_string(account_state state) noexcept {
  switch (state) {
    case account_state::logged_out:
      return "logged_out";
    case account_state::fresh:
      return "fresh";
    case account_state::refreshing:
      return "refreshing";
    case account_state::backing_off:
      return "backing_off";
    default:
      return "login_required";
  }
}

}  // namespace latchkey
