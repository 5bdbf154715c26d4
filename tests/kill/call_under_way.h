// A GetToken that forces a rotation, and nobody waits for: bare bytes on the socket, so that the caller may watch the
// clock instead.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "os/unique_fd.h"
#include "tests/kill/daemon_process.h"

namespace latchkey::kill_test {

/// Waits to the microsecond, where prctl(PR_SET_TIMERSLACK) allows it.
void let_pass_until(moment when);

class call_under_way {
 public:
  /// Sends it. Throws std::system_error.
  call_under_way(const std::string& socket_path, std::int64_t stale_generation);

  [[nodiscard]] moment sent_at() const noexcept { return sent_at_; }
  /// Waits for the answer's first bytes; ten seconds at most.
  void wait_for_answer() const;
  /// The generation of the token that came, also after the daemon's death. Nothing: no token came.
  std::optional<std::int64_t> answered_generation() const;

 private:
  unique_fd socket_;
  moment sent_at_;
};

}  // namespace latchkey::kill_test
