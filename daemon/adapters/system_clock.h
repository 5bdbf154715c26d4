// Both clocks of this computer, and waiting on CLOCK_BOOTTIME: a wait that ends during suspend completes at once on
// resume, which no Asio timer does. One timerfd for any number of waits. Made by main.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <memory>
#include <string>

#include "daemon/ports.h"

namespace latchkey {

class system_clock final : public time_source {
 public:
  /// Throws std::system_error where there is no timerfd. Waits must be awaited on `executor`'s thread.
  explicit system_clock(const boost::asio::any_io_executor& executor);
  ~system_clock() override;

  [[nodiscard]] instant now() const override;
  [[nodiscard]] std::chrono::microseconds since_epoch() const override;
  /// /proc/sys/kernel/random/boot_id (random(4)).
  [[nodiscard]] std::string boot_id() const override { return boot_id_; }
  task<> wait_until(boot_time when) override;

 private:
  class alarm;
  std::shared_ptr<alarm> alarm_;
  std::string boot_id_;
};

}  // namespace latchkey
