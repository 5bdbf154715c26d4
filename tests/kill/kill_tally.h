// What became of each kill, and whether the daemon may be blamed.
#pragma once

#include <chrono>
#include <cstdint>
#include <iosfwd>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "tests/kill/daemon_process.h"

namespace latchkey::kill_test {

enum class fate {
  survived,
  lost_unread,            ///< The provider rotated, and the daemon died with the answer unread.
  lost_within_the_grasp,  ///< Read, but so shortly before the kill that no program could have kept it.
  lost_though_received,   ///< The promise is broken.
};

struct verdict {
  fate what = fate::survived;
  std::chrono::microseconds held{0};  ///< With lost_within_the_grasp and lost_though_received: at most this long.
  std::string why;                    ///< With lost_though_received.
};

/// Bytes that the daemon has taken from the kernel are nowhere else yet, and it needs the processor to put them
/// somewhere: what it had for less than this may be lost.
inline constexpr std::chrono::microseconds grasp{2000};

/// Of an entry of the sandbox's rotation log that was answered.
[[nodiscard]] moment answered_at(const nlohmann::json& entry);

/// Of a grant that was lost. `entries`: what the sandbox's rotation log says of the answers since the call was sent.
/// `seen.waited`: since then, too; the daemon is not to blame for what it was not let do.
[[nodiscard]] verdict judge_loss(const nlohmann::json& entries, const death& seen);

enum class loss_rule {
  where_nobody_could_help,  ///< An unread answer is the provider's and the network's loss.
  never,                    ///< The provider repeats its answers, so that nothing excuses a loss.
};

class kill_tally {
 public:
  explicit kill_tally(loss_rule rule) : rule_(rule) {}

  /// False where the daemon is to blame.
  bool add(const verdict& seen);
  [[nodiscard]] std::uint64_t lost() const noexcept { return unread_ + held_.size() + broken_; }
  void print(std::ostream& to) const;

 private:
  loss_rule rule_;
  std::uint64_t kills_ = 0;
  std::uint64_t survived_ = 0;
  std::uint64_t unread_ = 0;
  std::uint64_t broken_ = 0;
  std::vector<std::chrono::microseconds> held_;
};

}  // namespace latchkey::kill_test
