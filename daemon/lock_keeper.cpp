#include "daemon/lock_keeper.h"

#include <malloc.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>

#include "core/limits.h"
#include "daemon/log.h"

namespace latchkey {

lock_keeper::lock_keeper(account_surroundings& surroundings, account_book& accounts, std::function<void()> on_lock)
    : surroundings_(surroundings), accounts_(accounts), on_lock_(std::move(on_lock)), changed_(surroundings.executor) {}

void lock_keeper::close(daemon_lock::cause why) {
  daemon_lock& lock = surroundings_.lock;
  // Who locks by hand means it, whatever the session does.
  if (!lock.since || why == daemon_lock::cause::person) lock.by = why;
  if (lock.since) return;
  lock.since = surroundings_.world.time.now().wall;
  empty_ = false;
  log::info(why == daemon_lock::cause::person ? "locked" : "locked, because the session was", {{}, "lock"});
  on_lock_();
  accounts_.wake_waiters();
  if (!std::exchange(emptying_, true))
    boost::asio::co_spawn(surroundings_.executor, empty(), log::report_bug("the lock"));
}

void lock_keeper::open(daemon_lock::cause why) {
  daemon_lock& lock = surroundings_.lock;
  if (!lock.since || (why == daemon_lock::cause::session && lock.by == daemon_lock::cause::person)) return;
  lock.since.reset();
  log::info("unlocked", {{}, "lock"});
  surroundings_.world.store.resume();
  accounts_.resume();
  changed_.notify_all();
}

// What is under way ends by itself, each in its own time, and tells nobody.
task<> lock_keeper::empty() {
  auto& time = surroundings_.world.time;
  while (surroundings_.lock.closed() && !put_away()) co_await time.wait_until(time.now().boot + limits::shutdown_look);
  emptying_ = false;
  empty_ = surroundings_.lock.closed();
  if (empty_) ::malloc_trim(0);
  changed_.notify_all();
}

bool lock_keeper::put_away() {
  const bool accounts = accounts_.withhold();
  const bool store = surroundings_.world.store.withhold();
  return accounts && store;
}

task<> lock_keeper::emptied() {
  using namespace boost::asio::experimental::awaitable_operators;
  auto& time = surroundings_.world.time;
  const boot_time until = time.now().boot + limits::shutdown_patience;
  while (surroundings_.lock.closed() && !empty_ && time.now().boot < until)
    co_await (changed_.wait() || time.wait_until(until));
}

std::string lock_keeper::trouble() const {
  if (!surroundings_.lock.closed() || empty_) return {};
  return "latchkeyd is locked, and secrets leave memory when what is under way has ended and is stored";
}

}  // namespace latchkey
