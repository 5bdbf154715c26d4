#include "tests/sim/event_queue.h"

#include <algorithm>
#include <boost/asio/this_coro.hpp>
#include <memory>

#include "daemon/broadcast.h"

namespace latchkey::sim {
namespace {

struct gate {
  explicit gate(const boost::asio::any_io_executor& executor) : changed(executor) {}
  bool open = false;
  broadcast changed;
};

}  // namespace

void event_queue::at(moment when, event what) {
  heap_.push_back({when, order_++, std::move(what)});
  std::push_heap(heap_.begin(), heap_.end());
}

moment event_queue::next_due() const {
  return heap_.empty() ? now_ : std::max(now_, heap_.front().due);
}

bool event_queue::run_next() {
  if (heap_.empty()) return false;
  std::pop_heap(heap_.begin(), heap_.end());
  const entry next = std::move(heap_.back());
  heap_.pop_back();
  now_ = std::max(now_, next.due);
  next.what(next.due);
  return true;
}

task<> wait_until(event_queue& events, moment when) {
  const auto waiting = std::make_shared<gate>(co_await boost::asio::this_coro::executor);
  events.at(when, [weak = std::weak_ptr(waiting)](moment) {
    const auto found = weak.lock();
    if (!found) return;
    found->open = true;
    found->changed.notify_all();
  });
  while (!waiting->open) co_await waiting->changed.wait();
}

}  // namespace latchkey::sim
