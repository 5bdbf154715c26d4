#include "daemon/adapters/service_manager.h"

#include <dlfcn.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "daemon/log.h"
#include "os/libsystemd.h"

namespace latchkey {

void notify_service_manager(const std::string& state) {
  if (std::getenv("NOTIFY_SOCKET") == nullptr) return;
  void* const library = load_libsystemd();
  if (library == nullptr) {
    log::warning("systemd is not told about the service: libsystemd.so.0 cannot be loaded");
    return;
  }
  using notify_function = decltype(&::sd_notify);
  const auto notify = reinterpret_cast<notify_function>(::dlsym(library, "sd_notify"));
  const int sent = notify == nullptr ? -ENOSYS : notify(0, state.c_str());
  if (sent < 0) log::warning(std::string("systemd is not told about the service: ") + std::strerror(-sent));
}

std::optional<std::chrono::microseconds> watchdog_interval() {
  const auto number = [](const char* name) {
    const char* const text = std::getenv(name);
    return text == nullptr ? 0LL : std::strtoll(text, nullptr, 10);
  };
  const long long interval = number("WATCHDOG_USEC");
  const long long whom = number("WATCHDOG_PID");
  // Inherited from a process further up: it is that one which is watched.
  if (interval <= 0 || (whom != 0 && whom != ::getpid())) return std::nullopt;
  return std::chrono::microseconds(interval);
}

}  // namespace latchkey
