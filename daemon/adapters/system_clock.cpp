#include "daemon/adapters/system_clock.h"

#include <sys/timerfd.h>
#include <time.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>
#include <fstream>
#include <map>
#include <system_error>

#include "os/unique_fd.h"

namespace latchkey {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

std::chrono::nanoseconds read_clock(clockid_t id) {
  timespec time{};
  ::clock_gettime(id, &time);
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

unique_fd make_timer() {
  unique_fd timer(::timerfd_create(CLOCK_BOOTTIME, TFD_NONBLOCK | TFD_CLOEXEC));
  if (!timer) throw std::system_error(errno, std::generic_category(), "timerfd_create");
  return timer;
}

// One wait. Its gate never expires by itself: it is opened when the time has come.
struct sleeper {
  explicit sleeper(const asio::any_io_executor& executor) : gate(executor, asio::steady_timer::time_point::max()) {}
  asio::steady_timer gate;
  bool due = false;
};

}  // namespace

// The timerfd, set to the earliest of all waits. Shared with the waits, so that it is there until the last has ended.
class system_clock::alarm : public std::enable_shared_from_this<alarm> {
 public:
  explicit alarm(const asio::any_io_executor& executor) : timer_(executor, make_timer().release()) {}

  task<> sleep_until(boot_time when) {
    sleeper self(co_await asio::this_coro::executor);
    const place here(*this, when, self);
    co_await self.gate.async_wait(asio::as_tuple(asio::use_awaitable));
    if (!self.due) throw boost::system::system_error(asio::error::operation_aborted);
  }

 private:
  using queue = std::multimap<boot_time, sleeper*>;

  // A sleeper's place in the queue, left when it is due or however else its coroutine ends.
  class place {
   public:
    place(alarm& owner, boot_time when, sleeper& self)
        : owner_(owner.shared_from_this()), self_(self), at_(owner.queue_.emplace(when, &self)) {
      if (at_ == owner_->queue_.begin()) owner_->set();
    }
    place(const place&) = delete;
    place& operator=(const place&) = delete;
    ~place() {
      if (!self_.due) owner_->queue_.erase(at_);
      if (owner_->queue_.empty()) owner_->rest();
    }

   private:
    std::shared_ptr<alarm> owner_;
    const sleeper& self_;
    queue::iterator at_;
  };

  void set() {
    // Zero would disarm the timer, so a time in the past becomes the clock's first nanosecond.
    const auto since_boot = std::max(queue_.begin()->first.time_since_epoch(), std::chrono::nanoseconds(1));
    const auto whole = std::chrono::duration_cast<std::chrono::seconds>(since_boot);
    itimerspec time{};
    time.it_value.tv_sec = whole.count();
    time.it_value.tv_nsec = (since_boot - whole).count();
    ::timerfd_settime(timer_.native_handle(), TFD_TIMER_ABSTIME, &time, nullptr);
    if (!watching_) watch();
  }

  void watch() {
    watching_ = true;
    timer_.async_wait(asio::posix::stream_descriptor::wait_read, [self = shared_from_this()](const error_code& ec) {
      self->watching_ = false;
      if (!ec) self->ring();
      if (!self->queue_.empty()) self->set();
    });
  }

  void ring() {
    const boot_time now(read_clock(CLOCK_BOOTTIME));
    while (!queue_.empty() && queue_.begin()->first <= now) {
      sleeper& next = *queue_.begin()->second;
      queue_.erase(queue_.begin());
      next.due = true;
      next.gate.cancel();
    }
  }

  void rest() {
    error_code ignored;  // Nothing is waited for: no matter how the wait ends.
    timer_.cancel(ignored);
  }

  asio::posix::stream_descriptor timer_;
  queue queue_;
  bool watching_ = false;
};

system_clock::system_clock(const asio::any_io_executor& executor) : alarm_(std::make_shared<alarm>(executor)) {
  std::ifstream("/proc/sys/kernel/random/boot_id") >> boot_id_;
}
system_clock::~system_clock() = default;

std::chrono::microseconds system_clock::since_epoch() const {
  return std::chrono::floor<std::chrono::microseconds>(read_clock(CLOCK_REALTIME));
}

instant system_clock::now() const {
  return {boot_time(read_clock(CLOCK_BOOTTIME)),
          wall_time(std::chrono::floor<std::chrono::seconds>(read_clock(CLOCK_REALTIME)))};
}

task<> system_clock::wait_until(boot_time when) {
  co_await alarm_->sleep_until(when);
}

}  // namespace latchkey
