// Passes what happens to accounts on to every Watch call. Each watcher has a queue of its own; one that does not keep
// up is dropped, so that it can hold back nobody.
#pragma once

#include <deque>
#include <list>
#include <memory>
#include <string>

#include "core/limits.h"
#include "daemon/broadcast.h"
#include "ipc/messages.h"

namespace latchkey {

class event_hub {
 public:
  explicit event_hub(boost::asio::any_io_executor executor) : executor_(std::move(executor)) {}

  class watcher {
   public:
    explicit watcher(const boost::asio::any_io_executor& executor) : changed_(executor) {}
    /// The next event; nothing where the hub closed or this watcher was too slow (then overrun() is true).
    task<std::optional<ipc::event_info>> next();
    [[nodiscard]] bool overrun() const noexcept { return overrun_; }

   private:
    friend event_hub;
    std::deque<ipc::event_info> queue_;
    bool overrun_ = false;
    bool closed_ = false;
    broadcast changed_;
  };

  /// Gets every event from now on until the result is released.
  [[nodiscard]] std::shared_ptr<watcher> subscribe();
  void publish(const ipc::event_info& event);
  /// Ends every watcher, also later ones.
  void close();
  /// Without watchers, nobody needs to make the event.
  [[nodiscard]] bool has_watchers() const noexcept { return !watchers_.empty(); }

 private:
  boost::asio::any_io_executor executor_;
  std::list<std::weak_ptr<watcher>> watchers_;
  bool closed_ = false;
};

}  // namespace latchkey
