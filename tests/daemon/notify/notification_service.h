// What shows notifications on a desktop: owns org.freedesktop.Notifications on the session bus and remembers what it is
// asked to show. Runs in the thread that waits for it.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

struct sd_bus;
struct sd_bus_message;

namespace latchkey::support {

struct shown_notification {
  std::string app;
  std::uint32_t replaces = 0;
  std::string summary;
  std::string body;
  std::vector<std::string> actions;  ///< Key, label, key, label …
  std::int32_t expires = -1;
};

enum class capable { of_text, of_buttons };

class notification_service {
 public:
  /// On return the bus knows the name. Throws std::system_error.
  explicit notification_service(capable of = capable::of_text);

  /// The next notification; nothing where none comes within ten seconds. The first one is answered with the id 1, …
  std::optional<shown_notification> next();
  /// The person presses the button `key` of notification `id`, which then is gone.
  void press(std::uint32_t id, const std::string& key);
  /// The person sweeps it away.
  void dismiss(std::uint32_t id);
  /// The next one that its program closed; nothing where none is within ten seconds.
  std::optional<std::uint32_t> next_closed();
  /// The name on the bus of the program that asked for the last notification.
  [[nodiscard]] const std::string& asker() const noexcept { return asker_; }

 private:
  static int on_notify(sd_bus_message* message, void* self, void* error);
  static int on_close(sd_bus_message* message, void* self, void* error);
  static int on_capabilities(sd_bus_message* message, void* self, void* error);
  template <class Done>
  void serve_until(const Done& done);

  struct closer {
    void operator()(sd_bus* bus) const;
  };
  std::unique_ptr<sd_bus, closer> bus_;
  capable of_;
  std::deque<shown_notification> shown_;
  std::deque<std::uint32_t> closed_;
  std::string asker_;
  std::uint32_t last_id_ = 0;
};

}  // namespace latchkey::support
