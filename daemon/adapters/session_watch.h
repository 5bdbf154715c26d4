// Tells when the person's desktop session is locked and unlocked, as logind says on the system bus
// (org.freedesktop.login1(5)): the signals Lock and Unlock of a session, and its property LockedHint. Never blocks.
// Silent where there is no system bus or no libsystemd; the log says so. Made by main.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <functional>
#include <memory>

#include "daemon/ports.h"

namespace latchkey {

class session_watch {
 public:
  /// `tell` hears of each change in any of the sessions of this process's user, and first of one that is locked
  /// already.
  session_watch(boost::asio::any_io_executor executor, std::function<void(session_state)> tell);
  ~session_watch();
  session_watch(const session_watch&) = delete;
  session_watch& operator=(const session_watch&) = delete;

  /// Begins to listen, on the bus of $DBUS_SYSTEM_BUS_ADDRESS where that is set. Where the bus goes away it is looked
  /// for again.
  void start();

 private:
  struct listener;
  boost::asio::any_io_executor executor_;
  std::function<void(session_state)> tell_;
  std::shared_ptr<listener> listener_;
};

}  // namespace latchkey
