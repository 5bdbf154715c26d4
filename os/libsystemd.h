// libsystemd, loaded where it is first used: by hand, and without a desktop, the daemon starts in milliseconds without
// it. Used by the adapters that speak to systemd and to D-Bus.
#pragma once

namespace latchkey {

/// Loads the library once for the process; it stays. For dlsym(3); null where there is none.
[[nodiscard]] void* load_libsystemd();

}  // namespace latchkey
