// An account as others see it: its state, what comes next, who used it last.
#include <algorithm>
#include <utility>

#include "daemon/account.h"

namespace latchkey {
namespace {

std::optional<wall_time> on_the_wall(boot_time when, const instant& now) {
  return now.wall + std::chrono::ceil<seconds>(std::max(when - now.boot, boot_clock::duration::zero()));
}

}  // namespace

void account::used_by(std::shared_ptr<const std::string> program) {
  last_used_at_ = surroundings_.world.time.now().wall;
  last_used_by_ = std::move(program);
}

account_view account::view() const {
  account_view seen;
  const instant now = surroundings_.world.time.now();
  seen.state = to_string(fsm_.state());
  seen.last_used_at = last_used_at_;
  if (last_used_by_) seen.last_used_by = *last_used_by_;
  const bool never_read = !loaded_ && !withheld_;
  if (never_read && surroundings_.lock.closed()) {
    seen.state = "unavailable";
    seen.reason = surroundings_.lock.refusal()->message;
  } else if (!loaded_ && store_trouble_) {
    seen.state = "unavailable";
    seen.reason = store_trouble_->message;
  } else if (fsm_.state() == account_state::backing_off || fsm_.state() == account_state::unsaved ||
             fsm_.state() == account_state::login_required) {
    seen.reason = fsm_.last_failure().message;
    if (!fsm_.last_failure().provider_text.empty()) seen.reason += " (" + fsm_.last_failure().provider_text + ")";
  } else if (fsm_.state() == account_state::fresh) {
    const auto left = fsm_.life_left(now.boot);
    if (left && *left == boot_clock::duration::zero()) seen.state = "expired";
  }
  if (loaded_) plan_into(seen, now);
  if (fsm_.state() == account_state::logged_out) return seen;
  seen.generation = grant_.generation;
  seen.granted_scopes = grant_.scopes;
  seen.expires_at = grant_.expires_at();
  seen.refreshed_at = grant_.obtained_at;
  seen.has_refresh_token = fsm_.terms().refreshable;
  seen.subject = grant_.subject;
  return seen;
}

// What happens without anybody asking.
void account::plan_into(account_view& seen, const instant& now) const {
  const account_state state = fsm_.state();
  const auto due = fsm_.next_upkeep(now.boot);
  // Asked once more as of then: a refresh ahead of expiry is dropped where nobody will have used the token for long.
  if (const auto next = due ? fsm_.next_upkeep(std::max(*due, now.boot)) : std::nullopt) {
    seen.next_action = state == account_state::unsaved       ? "save"
                       : state == account_state::backing_off ? "retry"
                                                             : "refresh";
    seen.next_action_at = on_the_wall(*next, now);
  } else if (state == account_state::logged_out || state == account_state::login_required) {
    seen.next_action = "login";
  } else if (const auto left = fsm_.life_left(now.boot); left && !fsm_.terms().refreshable) {
    seen.next_action = "login";
    if (*left > boot_clock::duration::zero()) seen.next_action_at = on_the_wall(now.boot + *left, now);
  }
}

}  // namespace latchkey
