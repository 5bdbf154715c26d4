// What is due without anybody asking: tokens in use are renewed ahead of their end, refresh tokens of idle accounts are
// kept from dying, saves are tried again. One coroutine for all accounts; what is due, each account says itself.
#pragma once

#include <map>
#include <memory>

#include "daemon/account_book.h"
#include "daemon/broadcast.h"

namespace latchkey {

class upkeep {
 public:
  upkeep(boost::asio::any_io_executor executor, time_source& time, account_book& accounts);

  /// `who` has something to do at `when`.
  void plan(const std::shared_ptr<account>& who, boot_time when);
  /// Wakes accounts at their times; never ends.
  task<> run();

  /// A grant that is read from the store plans its own upkeep. Read are those alone whose refresh token may die unused.
  task<> wake_idle_accounts();
  /// Something is due within `span`; within limits::upkeep_timer, where a refresh token may die of its not being done.
  [[nodiscard]] bool due_within(seconds span) const;

 private:
  time_source& time_;
  account_book& accounts_;
  std::multimap<boot_time, std::weak_ptr<account>> queue_;
  boot_time next_look_;  // At accounts that nobody has asked for yet.
  broadcast planned_;
};

}  // namespace latchkey
