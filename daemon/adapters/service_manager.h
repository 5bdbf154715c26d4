// Tells systemd how the service is doing (sd_notify(3)). libsystemd is loaded only under systemd: by hand, the daemon
// starts in milliseconds without it.
#pragma once

#include <chrono>
#include <optional>
#include <string>

namespace latchkey {

/// Sends `state` ("READY=1\nSTATUS=…") where $NOTIFY_SOCKET is set; else does nothing. A failure is logged.
void notify_service_manager(const std::string& state);

/// How often the manager expects "WATCHDOG=1" of this process ($WATCHDOG_USEC, $WATCHDOG_PID); nothing where it does
/// not.
[[nodiscard]] std::optional<std::chrono::microseconds> watchdog_interval();

}  // namespace latchkey
