// The person at the machine: logs in and out, locks and unlocks.
#pragma once

#include <optional>

#include "tests/sim/daemon_life.h"

namespace latchkey::sim {

class person {
 public:
  explicit person(world& around) : world_(around) {}

  /// Consents in the browser; the daemon exchanges the code and stores the grant, as after a redirect.
  void log_in(daemon_life& daemon, std::size_t account);
  void log_out(daemon_life& daemon, std::size_t account);
  void lock(daemon_life& daemon);
  void unlock(daemon_life& daemon);
  /// From where the last logout failed, and the person still wants to leave.
  [[nodiscard]] std::optional<std::size_t> wants_out() const noexcept { return wants_out_; }
  /// The daemon is about to die.
  void cut_off() { busy_ = locks_ = 0; }
  [[nodiscard]] bool waits() const noexcept { return busy_ > 0; }
  [[nodiscard]] bool waits_for_lock() const noexcept { return locks_ > 0; }

 private:
  world& world_;
  int busy_ = 0;
  int locks_ = 0;  // calls of Lock that have no answer yet
  std::optional<std::size_t> wants_out_;
};

}  // namespace latchkey::sim
