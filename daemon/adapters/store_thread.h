// One thread for a store's blocking calls (fsync, D-Bus), made at first use, so that a slow disk or keyring never stops
// the daemon. Calls run one after another in the order asked: that is what makes compare-and-swap hold in one process.
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <optional>
#include <type_traits>
#include <utility>

#include "daemon/ports.h"

namespace latchkey {

class store_thread {
 public:
  /// Runs `work` on the thread and resumes the caller where it was. What `work` refers to must outlive this object,
  /// whose destructor waits for the call that runs and drops those that wait.
  template <class Work>
  task<std::invoke_result_t<Work&>> run(Work work) {
    if (!pool_) pool_.emplace(1);
    auto there = [work = std::move(work)]() mutable -> task<std::invoke_result_t<Work&>> { co_return work(); };
    co_return co_await boost::asio::co_spawn(*pool_, std::move(there), boost::asio::use_awaitable);
  }

 private:
  std::optional<boost::asio::thread_pool> pool_;
};

}  // namespace latchkey
