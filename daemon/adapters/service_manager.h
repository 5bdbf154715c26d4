// Tells systemd how the service is doing (sd_notify(3)). libsystemd is loaded only under systemd: by hand, the daemon
// starts in milliseconds without it.
#pragma once

#include <string>

namespace latchkey {

/// Sends `state` ("READY=1\nSTATUS=…") where $NOTIFY_SOCKET is set; else does nothing. A failure is logged.
void notify_service_manager(const std::string& state);

}  // namespace latchkey
