#include "daemon/upkeep.h"

#include <algorithm>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "core/limits.h"

namespace latchkey {

upkeep::upkeep(boost::asio::any_io_executor executor, time_source& time, account_book& accounts)
    : time_(time), accounts_(accounts), next_look_(time.now().boot + limits::upkeep_delay), planned_(executor) {}

void upkeep::plan(const std::shared_ptr<account>& who, boot_time when) {
  const bool first = queue_.empty() || when < queue_.begin()->first;
  queue_.emplace(when, who);
  if (first) planned_.notify_all();
}

task<> upkeep::run() {
  using namespace boost::asio::experimental::awaitable_operators;
  for (;;) {
    const boot_time now = time_.now().boot;
    if (next_look_ <= now) co_await wake_idle_accounts();
    while (!queue_.empty() && queue_.begin()->first <= now) {
      const auto who = queue_.extract(queue_.begin()).mapped().lock();
      if (who) who->upkeep();
    }
    const boot_time next = queue_.empty() ? next_look_ : std::min(next_look_, queue_.begin()->first);
    co_await (planned_.wait() || time_.wait_until(next));
  }
}

bool upkeep::due_within(seconds span) const {
  const boot_time now = time_.now().boot;
  return std::ranges::any_of(queue_, [&](const auto& planned) {
    const auto who = planned.second.lock();
    if (!who || planned.first > now + limits::upkeep_timer) return false;
    return planned.first <= now + span || who->refresh_token_may_die();
  });
}

task<> upkeep::wake_idle_accounts() {
  next_look_ = time_.now().boot + limits::upkeep_interval;
  for (const auto& name : accounts_.names()) {
    co_await boost::asio::post(
        boost::asio::use_awaitable);  // Thousands of accounts are no reason to keep a caller waiting.
    const auto who = accounts_.find(name);
    if (!who || !(*who)->refresh_token_may_die()) continue;
    // A store that does not answer now is asked again the next time.
    [[maybe_unused]] const auto loaded = co_await (*who)->load();
  }
}

}  // namespace latchkey
