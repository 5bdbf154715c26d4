#include "os/paths.h"

#include <pwd.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <memory>

namespace latchkey {
namespace {

namespace fs = std::filesystem;

fs::path home() {
  if (const char* set = std::getenv("HOME"); set != nullptr && *set == '/') return set;
  // Not getpwuid(): it loads what nsswitch.conf names, which a static program cannot.
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> users(std::fopen("/etc/passwd", "re"), std::fclose);
  while (users) {
    const passwd* entry = ::fgetpwent(users.get());
    if (entry == nullptr) break;
    if (entry->pw_uid == ::getuid()) return entry->pw_dir;
  }
  return "/";
}

fs::path base_folder(const char* variable, const char* fallback) {
  const char* set = std::getenv(variable);
  const fs::path base = set != nullptr && *set == '/' ? fs::path(set) : home() / fallback;
  return base / "latchkey";
}

}  // namespace

fs::path config_folder() {
  return base_folder("XDG_CONFIG_HOME", ".config");
}

fs::path state_folder() {
  return base_folder("XDG_STATE_HOME", ".local/state");
}

result<fs::path> socket_path() {
  fs::path path;
  if (const char* set = std::getenv("LATCHKEY_SOCKET"); set != nullptr && *set != '\0') {
    path = set;
  } else if (const char* runtime = std::getenv("XDG_RUNTIME_DIR"); runtime != nullptr && *runtime == '/') {
    path = fs::path(runtime) / "latchkey" / "latchkey.sock";
  } else {
    return fault(
        errc::bad_request,
        "neither XDG_RUNTIME_DIR nor LATCHKEY_SOCKET is set, so there is no place for the socket: log in through PAM "
        "(loginctl enable-linger for a headless host), or set LATCHKEY_SOCKET to a path in a folder of your own");
  }
  if (path.native().size() >= sizeof(sockaddr_un::sun_path))
    return fault(errc::bad_request,
                 "the socket path " + printable(path.native()) +
                     " is longer than the 107 bytes that Unix allows: set LATCHKEY_SOCKET to a shorter one");
  return path;
}

}  // namespace latchkey
