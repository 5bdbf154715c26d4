#include "daemon/event_hub.h"

namespace latchkey {

task<std::optional<ipc::event_info>> event_hub::watcher::next() {
  while (queue_.empty() && !closed_ && !overrun_) co_await changed_.wait();
  if (queue_.empty() || overrun_) co_return std::nullopt;
  std::optional<ipc::event_info> first = std::move(queue_.front());
  queue_.pop_front();
  co_return first;
}

std::shared_ptr<event_hub::watcher> event_hub::subscribe() {
  auto made = std::make_shared<watcher>(executor_);
  made->closed_ = closed_;
  watchers_.push_back(made);
  return made;
}

void event_hub::publish(const ipc::event_info& event) {
  for (auto each = watchers_.begin(); each != watchers_.end();) {
    const auto listening = each->lock();
    if (!listening) {
      each = watchers_.erase(each);
      continue;
    }
    if (listening->queue_.size() >= limits::watch_queue)
      listening->overrun_ = true;
    else
      listening->queue_.push_back(event);
    listening->changed_.notify_all();
    ++each;
  }
}

void event_hub::close() {
  closed_ = true;
  for (const auto& each : watchers_) {
    if (const auto listening = each.lock()) {
      listening->closed_ = true;
      listening->changed_.notify_all();
    }
  }
}

}  // namespace latchkey
