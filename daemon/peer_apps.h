// Which app is at the other end of a connection, and in words for people. Told once a connection, when it begins: a
// caller who stays costs a look into a map, and one whose number passes to another process is not taken for it. Used by
// the broker.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <memory>
#include <string>
#include <unordered_map>

#include "core/app_identity.h"
#include "ipc/varlink_server.h"

namespace latchkey {

struct peer_app {
  std::string app = std::string(unknown_app);  ///< As policy.toml names it.
  pid_t process = 0;
  std::shared_ptr<const std::string> program;  ///< See program_of().
  bool decides = false;                        ///< It is the `latchkey` command that lies beside this daemon.
};

/// "/usr/bin/git (process 42)", from /proc/42/exe (proc(5)). Of the `latchkey` command, whoever started it:
/// "/usr/bin/git (process 41) through latchkey". "process 42" where the kernel does not tell the program.
[[nodiscard]] std::string program_of(pid_t process);

/// The `latchkey` command in this program's own folder.
[[nodiscard]] std::filesystem::path command_beside_daemon();

/// Who `process` is, which `pidfd` holds (see hold_peer()). Where that has ended by now, or is none, the number may be
/// another's: nothing that was read under it is believed.
[[nodiscard]] peer_app identify(pid_t process, int pidfd, const std::filesystem::path& command);

class peer_apps {
 public:
  void opened(varlink::connection_number connection, peer_app who);
  /// Who is at the other end of `connection`; the unknown app where nobody told.
  [[nodiscard]] const std::shared_ptr<const peer_app>& of(varlink::connection_number connection, pid_t process);
  [[nodiscard]] bool has(varlink::connection_number connection) const { return apps_.contains(connection); }
  void forget(varlink::connection_number connection) { apps_.erase(connection); }

 private:
  std::unordered_map<varlink::connection_number, std::shared_ptr<const peer_app>> apps_;
};

}  // namespace latchkey
