// Whether there is a desktop's message bus to ask. Used by the adapters that speak D-Bus.
#pragma once

namespace latchkey {

/// There is an address of a session bus ($DBUS_SESSION_BUS_ADDRESS, or $XDG_RUNTIME_DIR/bus): without one, asking for a
/// keyring or a desktop is of no use. Looks at the environment and connects to nothing.
[[nodiscard]] bool has_session_bus();

}  // namespace latchkey
