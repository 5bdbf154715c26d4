// The daemon under its service manager: signals, reload, status, watchdog, and the end when nobody needs it. Made by
// main; works the same where there is no manager to tell.
#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "daemon/process.h"

namespace latchkey {

enum class started_by { hand, socket };  ///< By hand nothing would start the daemon again at the next connection.

struct service_surroundings {
  std::filesystem::path config_file;
  started_by start = started_by::hand;
  std::function<void(const std::string&)> tell_manager;  ///< sd_notify(3)
  std::optional<std::chrono::microseconds> watchdog;     ///< The manager expects to hear from us in this time.
  std::function<bool()> store_waits;                     ///< Something is not in the store yet.
};

class service {
 public:
  service(boost::asio::io_context& context, process& running, time_source& time, settings chosen,
          service_surroundings around);

  /// Says that the daemon is ready, obeys SIGHUP, and ends on SIGTERM, SIGINT, or when idle, once what is under way is
  /// stored; then stops the context.
  task<> run();
  /// A file in the configuration folder has changed: policy.toml and [policy] count at once.
  void look_at_policy();

 private:
  task<> reload_or_end();
  task<> until_idle();
  task<> feed_watchdog(std::chrono::microseconds interval);
  void reload();
  void take_over(const settings& next);
  void tell_status();
  [[nodiscard]] bool exits_when_idle() const;

  boost::asio::io_context& context_;
  process& running_;
  time_source& time_;
  settings chosen_;
  service_surroundings around_;
  std::string told_status_;
};

}  // namespace latchkey
