// Which program is at the other end of a connection, in words for people. Looked up once a connection, so that a caller
// who stays costs a look into a map. Used by the broker.
#pragma once

#include <sys/types.h>

#include <memory>
#include <string>
#include <unordered_map>

#include "ipc/varlink_server.h"

namespace latchkey {

/// "/usr/bin/git (process 42)", from /proc/42/exe (proc(5)). Of the `latchkey` command, whoever started it:
/// "/usr/bin/git (process 41) through latchkey". "process 42" where the kernel does not tell the program.
[[nodiscard]] std::string program_of(pid_t process);

class peer_names {
 public:
  /// The name of `process`, which is at the other end of `connection`.
  [[nodiscard]] std::shared_ptr<const std::string> of(varlink::connection_number connection, pid_t process);
  void forget(varlink::connection_number connection) { names_.erase(connection); }

 private:
  std::unordered_map<varlink::connection_number, std::shared_ptr<const std::string>> names_;
};

}  // namespace latchkey
