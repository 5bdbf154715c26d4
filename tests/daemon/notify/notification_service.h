// What shows notifications on a desktop: owns org.freedesktop.Notifications on the session bus and remembers what it is
// asked to show. Runs in the thread that waits for it.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>

struct sd_bus;
struct sd_bus_message;

namespace latchkey::support {

struct shown_notification {
  std::string app;
  std::uint32_t replaces = 0;
  std::string summary;
  std::string body;
  std::int32_t expires = -1;
};

class notification_service {
 public:
  /// On return the bus knows the name. Throws std::system_error.
  notification_service();

  /// The next notification; nothing where none comes within ten seconds. The first one is answered with the id 1, …
  std::optional<shown_notification> next();

 private:
  static int on_notify(sd_bus_message* message, void* self, void* error);

  struct closer {
    void operator()(sd_bus* bus) const;
  };
  std::unique_ptr<sd_bus, closer> bus_;
  std::deque<shown_notification> shown_;
  std::uint32_t last_id_ = 0;
};

}  // namespace latchkey::support
