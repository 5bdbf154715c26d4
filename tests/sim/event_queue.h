// What will happen in a simulated world, and when. True time lives here and moves only from one event to the next.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <vector>

#include "daemon/ports.h"

namespace latchkey::sim {

/// True time since the world began. No clock of the daemon shows it.
using moment = std::chrono::nanoseconds;

class event_queue {
 public:
  /// Gets the moment at which it was due: after a suspend of the machine, that is earlier than now().
  using event = std::function<void(moment due)>;

  [[nodiscard]] moment now() const noexcept { return now_; }
  void at(moment when, event what);
  void after(moment delay, event what) { at(now_ + delay, std::move(what)); }
  /// Goes to the next event and runs it; events of one moment run in the order in which they were asked for. False
  /// where there is none.
  bool run_next();
  /// When the next event is due, at the earliest now; now() where there is none.
  [[nodiscard]] moment next_due() const;
  [[nodiscard]] bool empty() const noexcept { return heap_.empty(); }
  /// Time goes by and nothing of this machine runs: what was due meanwhile comes late.
  void suspend(moment by) { now_ += by; }

 private:
  struct entry {
    moment due;
    std::uint64_t order;
    event what;
    /// For the heap functions, whose first is the greatest.
    friend bool operator<(const entry& left, const entry& right) {
      return left.due != right.due ? left.due > right.due : left.order > right.order;
    }
  };

  moment now_{0};
  std::uint64_t order_ = 0;
  std::vector<entry> heap_;
};

/// Suspends the coroutine until true time `when`. Throws operation_aborted where it is cancelled. A coroutine that has
/// been destroyed meanwhile (a crash) is not looked for.
task<> wait_until(event_queue& events, moment when);

}  // namespace latchkey::sim
