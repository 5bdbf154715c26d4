// One connection to what shows notifications on the person's desktop (org.freedesktop.Notifications, the Desktop
// Notifications Specification). Used by the desktop notifier's thread, and by no other. Its calls wait, bounded, and
// end at once where the daemon does.
#pragma once

#include <systemd/sd-bus.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace latchkey {

/// sd-bus, as libsystemd.so has it.
struct bus_functions {
  decltype(&::sd_bus_open_user) open_user;
  decltype(&::sd_bus_close_unref) close_unref;
  decltype(&::sd_bus_process) process;
  decltype(&::sd_bus_get_fd) get_fd;
  decltype(&::sd_bus_get_events) get_events;
  decltype(&::sd_bus_call_method_async) call_method_async;
  decltype(&::sd_bus_match_signal_async) match_signal_async;
  decltype(&::sd_bus_message_is_method_error) message_is_method_error;
  decltype(&::sd_bus_message_get_sender) message_get_sender;
  decltype(&::sd_bus_message_read) message_read;
  decltype(&::sd_bus_message_read_strv) message_read_strv;
};
/// Nothing where there is no libsystemd.
[[nodiscard]] std::optional<bus_functions> load_bus_functions();

enum class buttons { none, consent };
struct notification {
  std::string summary;
  std::string body;  ///< May be rendered as markup.
  std::uint32_t replaces = 0;
  buttons with = buttons::none;
};

/// A notification on the screen. Another program that takes the place of the one that shows them counts anew.
struct shown_id {
  std::uint32_t number = 0;
  std::string shown_by;  ///< Its unique name on the bus.
  friend bool operator==(const shown_id&, const shown_id&) = default;
};

class notification_bus {
 public:
  struct handlers {
    /// The person pressed the button `key`: "allow", "day" or "deny".
    std::function<void(const shown_id&, const std::string& key)> pressed;
    /// It is gone from the screen.
    std::function<void(const shown_id&)> closed;
  };

  /// `stop` is readable once the daemon ends. All outlive it. Null where there is no bus.
  static std::unique_ptr<notification_bus> open(const bus_functions& api, int stop, const handlers& told);

  /// Nothing where nobody showed it; then the connection is of no more use where alive() says so.
  std::optional<shown_id> show(const notification& what);
  /// Whether notifications have buttons here.
  bool has_buttons();
  void close(const shown_id& shown);
  /// Hands out what came; where nothing did, waits until something does, or one of `stop` and `wake` is readable.
  void wait(int wake);
  /// False: the bus is gone, or did not answer in time.
  [[nodiscard]] bool alive() const noexcept { return alive_; }

 private:
  struct answer {
    bool came = false;
    bool good = false;
    std::uint32_t number = 0;
    std::vector<std::string> words;
    std::string sender;
  };

  notification_bus(const bus_functions& api, int stop, const handlers& told, sd_bus* bus);
  static int on_number(sd_bus_message* message, void* self, sd_bus_error* error);
  static int on_words(sd_bus_message* message, void* self, sd_bus_error* error);
  static int on_action(sd_bus_message* message, void* self, sd_bus_error* error);
  static int on_closed(sd_bus_message* message, void* self, sd_bus_error* error);
  bool begin_answer(sd_bus_message* message);
  bool listen();
  bool take_answer(int sent);
  bool poll_for(int other, std::optional<std::chrono::steady_clock::time_point> until);
  [[nodiscard]] std::string sender_of(sd_bus_message* message) const;

  const bus_functions& api_;
  int stop_;
  const handlers& told_;
  std::unique_ptr<sd_bus, decltype(&::sd_bus_close_unref)> bus_;
  answer answer_;
  bool alive_ = true;
};

}  // namespace latchkey
