#include "core/account_fsm.h"

#include <algorithm>
#include <array>
#include <string>

#include "core/deliberate_fault.h"
#include "core/limits.h"
#include "core/refresh_policy.h"

namespace latchkey {
namespace {

// Where each event leads. An event that has no row for the state at hand comes too late, and changes nothing.
struct transition {
  std::optional<account_state> from;  // Absent: from every state.
  account_event event;
  account_state to;
};
constexpr std::array transitions{
    transition{std::nullopt, account_event::adopted, account_state::fresh},
    transition{std::nullopt, account_event::forgotten, account_state::logged_out},
    transition{std::nullopt, account_event::answered, account_state::saving},
    transition{account_state::fresh, account_event::held_back, account_state::draining},
    transition{account_state::backing_off, account_event::held_back, account_state::draining},
    transition{account_state::fresh, account_event::asked, account_state::refreshing},
    transition{account_state::backing_off, account_event::asked, account_state::refreshing},
    transition{account_state::draining, account_event::asked, account_state::refreshing},
    transition{account_state::refreshing, account_event::failed, account_state::backing_off},
    transition{account_state::refreshing, account_event::died, account_state::login_required},
    transition{account_state::saving, account_event::save_failed, account_state::unsaved},
    transition{account_state::unsaved, account_event::save_retried, account_state::saving},
};

// What a caller gets for whom the token in hand is not good. One for whom it is good is served in every state.
enum class otherwise { refuse, rotate, wait, retry_save };
struct rule {
  account_state state;
  otherwise answer;
};
constexpr std::array rules{
    rule{account_state::logged_out, otherwise::refuse},  rule{account_state::fresh, otherwise::rotate},
    rule{account_state::draining, otherwise::wait},      rule{account_state::refreshing, otherwise::wait},
    rule{account_state::saving, otherwise::wait},        rule{account_state::unsaved, otherwise::retry_save},
    rule{account_state::backing_off, otherwise::rotate}, rule{account_state::login_required, otherwise::refuse},
};

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

bool account_fsm::happens(account_event event) {
  const auto row = std::ranges::find_if(
      transitions, [&](const transition& each) { return each.event == event && (!each.from || *each.from == state_); });
  if (row == transitions.end()) return false;
  state_ = row->to;
  return true;
}

account_action account_fsm::wanted(const token_wanted& request, boot_time now) {
  const bool has_token = terms_.generation != 0;
  if (has_token) {
    if (scope_list missing = missing_scopes(terms_.scopes, request.scopes); !missing.empty()) {
      fault why(errc::login_required, "the grant does not cover " + printable(join_scopes(missing)));
      why.missing_scopes = std::move(missing);
      return refuse(std::move(why));
    }
    if (is_good_for(request, now)) return serve(now);
  }
  switch (std::ranges::find(rules, state_, &rule::state)->answer) {
    case otherwise::rotate:
      return rotate(request, now);
    case otherwise::wait:
      if (deliberate(deliberate_fault::no_single_flight)) return start_rotation(now);
      return account_action::wait;
    case otherwise::retry_save:
      return retry_save(request, now);
    default:
      if (takes_the_rest(request, now)) return serve(now);
      if (has_token) return refuse(last_failure_);
      return refuse({errc::login_required, "the account has no grant: nobody has logged in"});
  }
}

bool account_fsm::would_force(const token_wanted& request, boot_time now) const {
  return state_ == account_state::fresh && terms_.refreshable &&
         missing_scopes(terms_.scopes, request.scopes).empty() && lives_for(request, now) && is_stale(request);
}

account_action account_fsm::upkeep(boot_time now) {
  const auto due = next_upkeep(now);
  if (!due || now < *due) return account_action::wait;
  if (state_ == account_state::unsaved) return retry_save({}, now);
  return start_rotation(now);
}

std::optional<boot_time> account_fsm::next_upkeep(boot_time now) const {
  if (state_ == account_state::unsaved) return next_attempt_;
  const bool at_rest = state_ == account_state::fresh || state_ == account_state::backing_off;
  if (!at_rest || !terms_.refreshable) return std::nullopt;
  std::optional<boot_time> due = keep_alive_at_;
  if (ahead_at_ && (now < *ahead_at_ || in_use(now))) due = std::min(due.value_or(*ahead_at_), *ahead_at_);
  if (due) due = std::max(*due, paused_until().value_or(*due));
  return due;
}

lease_number account_fsm::lease(seconds wanted, boot_time now) {
  if (deliberate(deliberate_fault::endless_lease)) return leases_.take(now + limits::longest_lifetime);
  const boot_clock::duration asked = std::clamp(wanted, seconds(0), limits::longest_lease);
  return leases_.take(now + std::min(asked, life_left(now).value_or(asked)));
}

void account_fsm::drained() {
  if (state_ == account_state::draining) happens(account_event::asked);
}

void account_fsm::answered() {
  happens(account_event::answered);
  failures_ = 0;
}

void account_fsm::adopt(token_terms terms, double jitter) {
  happens(account_event::adopted);
  if (terms.generation != terms_.generation) leases_.clear();
  terms_ = std::move(terms);
  failures_ = 0;
  next_attempt_.reset();
  dead_on_arrival_ = terms_.lifetime && *terms_.lifetime <= seconds(0) ? dead_on_arrival_ + 1 : 0;
  ahead_at_.reset();
  keep_alive_at_.reset();
  if (rotation_ == rotation::coexisting && terms_.expires_at && terms_.lifetime)
    ahead_at_ = before_end(*terms_.expires_at, *terms_.lifetime, jitter);
  if (terms_.refresh_expires_at && terms_.refresh_lifetime)
    keep_alive_at_ = before_end(*terms_.refresh_expires_at, *terms_.refresh_lifetime, jitter);
}

void account_fsm::save_failed(fault why, boot_time now, double jitter) {
  if (!happens(account_event::save_failed)) return;
  last_failure_ = std::move(why);
  next_attempt_ =
      now + std::min<boot_clock::duration>(backoff(++failures_, std::nullopt, jitter), limits::longest_save_backoff);
}

void account_fsm::refresh_failed(const token_failure& failure, boot_time now, double jitter) {
  const bool dead = failure.what == token_failure::kind::dead_grant;
  if (!happens(dead ? account_event::died : account_event::failed)) return;
  last_failure_ = failure.why;
  if (dead) {
    last_failure_.code = errc::login_required;
    return;
  }
  const bool passing = failure.what == token_failure::kind::transient;
  last_failure_.code = passing ? errc::temporarily_unavailable : errc::provider_error;
  next_attempt_ = now + backoff(++failures_, failure.why.retry_after, jitter);
}

void account_fsm::forget() {
  happens(account_event::forgotten);
  terms_ = token_terms();
  leases_.clear();
  failures_ = dead_on_arrival_ = 0;
  next_attempt_ = last_served_ = ahead_at_ = keep_alive_at_ = std::nullopt;
}

std::optional<boot_clock::duration> account_fsm::life_left(boot_time now) const noexcept {
  if (!terms_.expires_at) return std::nullopt;
  return std::max(*terms_.expires_at - now, boot_clock::duration::zero());
}

bool account_fsm::is_good_for(const token_wanted& request, boot_time now) const {
  // A lease taken while a rotation waits for leases would put it off, and the next one again.
  const bool would_hold_up = state_ == account_state::draining && request.lease;
  return lives_for(request, now) && !is_stale(request) && !is_doubtful() && !would_hold_up;
}

bool account_fsm::is_stale(const token_wanted& request) const noexcept {
  if (deliberate(deliberate_fault::ignore_stale_generation)) return false;
  return request.stale_generation && *request.stale_generation >= terms_.generation;
}

bool account_fsm::lives_for(const token_wanted& request, boot_time now) const {
  const auto left = life_left(now);
  if (!left || deliberate(deliberate_fault::serve_expired)) return true;
  const boot_clock::duration needed =
      request.min_valid ? boot_clock::duration(bounded(*request.min_valid)) : lenient_min_valid(terms_.lifetime);
  return *left > boot_clock::duration::zero() && *left >= needed;
}

bool account_fsm::takes_the_rest(const token_wanted& request, boot_time now) const {
  const bool some_life = life_left(now).value_or(boot_clock::duration::zero()) > boot_clock::duration::zero();
  return some_life && !request.min_valid && !is_stale(request) && !is_doubtful();
}

bool account_fsm::is_doubtful() const noexcept {
  if (deliberate(deliberate_fault::serve_while_rotating)) return false;
  return rotation_ == rotation::exclusive &&
         (state_ == account_state::refreshing || state_ == account_state::saving || state_ == account_state::unsaved);
}

bool account_fsm::in_use(boot_time now) const {
  return last_served_ && terms_.lifetime && now - *last_served_ <= bounded(*terms_.lifetime);
}

std::optional<boot_time> account_fsm::paused_until() const noexcept {
  if (deliberate(deliberate_fault::forget_backoff)) return std::nullopt;
  if (state_ == account_state::backing_off) return next_attempt_;
  if (!terms_.expires_at || !terms_.lifetime) return std::nullopt;
  const boot_time issued = *terms_.expires_at - *terms_.lifetime;
  return issued + backoff(dead_on_arrival_, std::nullopt, 1.0);
}

account_action account_fsm::serve(boot_time now) {
  last_served_ = now;
  return account_action::serve;
}

account_action account_fsm::refuse(fault why) {
  refusal_ = std::move(why);
  return account_action::refuse;
}

account_action account_fsm::rotate(const token_wanted& request, boot_time now) {
  if (!terms_.refreshable) return refuse(cannot_refresh(request, now));
  if (beyond_reach(request, terms_))
    return refuse({errc::bad_request, "min_valid is " + in_seconds(*request.min_valid) +
                                          ", but this provider's tokens live for " + in_seconds(*terms_.lifetime) +
                                          " in all: ask for less"});
  if (const auto until = paused_until(); until && now < *until) {
    if (state_ == account_state::backing_off || !is_stale(request)) return serve_or_refuse_until(*until, request, now);
  }
  return start_rotation(now);
}

account_action account_fsm::start_rotation(boot_time now) {
  if (deliberate(deliberate_fault::ignore_lease)) leases_.clear();
  const bool held = rotation_ == rotation::exclusive && leases_.held_until(now);
  happens(held ? account_event::held_back : account_event::asked);
  return account_action::start_rotation;
}

account_action account_fsm::retry_save(const token_wanted& request, boot_time now) {
  if (next_attempt_ && now < *next_attempt_) {
    if (takes_the_rest(request, now)) return serve(now);
    fault why = last_failure_;
    why.retry_after = std::chrono::ceil<seconds>(*next_attempt_ - now);
    return refuse(std::move(why));
  }
  happens(account_event::save_retried);
  return account_action::start_save;
}

account_action account_fsm::serve_or_refuse_until(boot_time until, const token_wanted& request, boot_time now) {
  if (takes_the_rest(request, now)) return serve(now);
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
  constexpr std::array<std::string_view, 8> names{"logged_out", "fresh",   "draining",    "refreshing",
                                                  "saving",     "unsaved", "backing_off", "login_required"};
  return names.at(static_cast<std::size_t>(state));
}

}  // namespace latchkey
