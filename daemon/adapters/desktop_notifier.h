// Notifications on the person's desktop (org.freedesktop.Notifications, the Desktop Notifications Specification), from
// a thread of its own: a bus that hangs never stops the daemon. Silent where there is no session bus, no libsystemd or
// nothing that shows notifications. Made by main.
#pragma once

#include <condition_variable>
#include <map>
#include <mutex>
#include <string>
#include <thread>

#include "daemon/ports.h"

namespace latchkey {

class desktop_notifier final : public notifier {
 public:
  /// Starts nothing yet.
  desktop_notifier() = default;
  /// Drops what has not been told yet and ends what is under way at once.
  ~desktop_notifier() override = default;
  desktop_notifier(const desktop_notifier&) = delete;
  desktop_notifier& operator=(const desktop_notifier&) = delete;

  void login_required(const std::string& account, const std::string& reason) override;

 private:
  void tell_all(const std::stop_token& stop);

  std::mutex guard_;
  std::condition_variable_any added_;
  std::map<std::string, std::string> reasons_;  // Of each account still to be told about: only the last one matters.
  std::jthread thread_;                         // Last: gone before what it uses.
};

}  // namespace latchkey
