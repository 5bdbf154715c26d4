// Locks the daemon and unlocks it: sees to it that every secret leaves memory, once what is under way has ended and is
// stored. Used by the broker.
#pragma once

#include "daemon/account_book.h"
#include "daemon/broadcast.h"

namespace latchkey {

class lock_keeper {
 public:
  /// `on_lock` is called as soon as nothing new begins: to end what waits for a person.
  lock_keeper(account_surroundings& surroundings, account_book& accounts, std::function<void()> on_lock);

  /// From now on nobody gets what needs a secret. Refreshes and saves under way go to their end.
  void close(daemon_lock::cause why);
  /// Everything is read from the store again when it is needed. Nothing happens where `why` is the session and a person
  /// has locked, or where nothing is locked.
  void open(daemon_lock::cause why);
  /// Completes once the secrets have left memory, or after limits::shutdown_patience; what is still under way then is
  /// forgotten when it ends.
  task<> emptied();
  /// While it is locked: what keeps secrets in memory, in one sentence; else empty.
  [[nodiscard]] std::string trouble() const;

 private:
  task<> empty();
  bool put_away();

  account_surroundings& surroundings_;
  account_book& accounts_;
  std::function<void()> on_lock_;
  bool emptying_ = false;
  bool empty_ = false;
  broadcast changed_;
};

}  // namespace latchkey
