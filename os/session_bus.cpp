#include "os/session_bus.h"

#include <cstdlib>
#include <filesystem>
#include <system_error>

namespace latchkey {

bool has_session_bus() {
  if (const char* address = std::getenv("DBUS_SESSION_BUS_ADDRESS"); address != nullptr && *address != '\0')
    return true;
  const char* const runtime = std::getenv("XDG_RUNTIME_DIR");
  std::error_code ignored;  // What cannot be looked at cannot be connected to.
  return runtime != nullptr && std::filesystem::is_socket(std::filesystem::path(runtime) / "bus", ignored);
}

}  // namespace latchkey
