// Wakes every coroutine that waits for "something changed", with a timer as the condition variable. Waiters look again
// at what they wait for; a broadcast carries no value.
#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include "daemon/ports.h"

namespace latchkey {

class broadcast {
 public:
  explicit broadcast(const boost::asio::any_io_executor& executor)
      : timer_(executor, boost::asio::steady_timer::time_point::max()) {}

  void notify_all() { timer_.cancel(); }

  /// Completes at the next notify_all(). Throws operation_aborted where the waiting coroutine is cancelled.
  task<> wait() {
    co_await timer_.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
    const auto cancellation = co_await boost::asio::this_coro::cancellation_state;
    if (cancellation.cancelled() != boost::asio::cancellation_type::none)
      throw boost::system::system_error(boost::asio::error::operation_aborted);
  }

 private:
  boost::asio::steady_timer timer_;
};

}  // namespace latchkey
