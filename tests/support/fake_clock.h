// A clock that moves only when a test moves it.
#pragma once

#include <boost/asio/any_io_executor.hpp>

#include "daemon/broadcast.h"
#include "daemon/ports.h"

namespace latchkey::support {

class fake_clock : public time_source {
 public:
  explicit fake_clock(const boost::asio::any_io_executor& executor) : moved_(executor) {}

  [[nodiscard]] instant now() const override { return now_; }
  [[nodiscard]] std::string boot_id() const override { return "a-boot"; }
  task<> wait_until(boot_time when) override {
    while (now_.boot < when) co_await moved_.wait();
  }
  /// Time passes on both clocks.
  void advance(seconds by) {
    now_.boot += by;
    now_.wall += by;
    moved_.notify_all();
  }
  /// Somebody sets the wall clock.
  void set_wall(wall_time wall) { now_.wall = wall; }

 private:
  instant now_{boot_time(std::chrono::hours(1)), wall_time(seconds(1'800'000'000))};
  broadcast moved_;
};

}  // namespace latchkey::support
