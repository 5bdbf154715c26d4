// The socket that a service manager passes to the daemon (sd_listen_fds(3): systemd, systemd-socket-activate, or any
// other that speaks its protocol). Used by main. It never unlinks the socket and never changes its mode: it is the
// manager's, and outlives the daemon.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/error.h"
#include "os/unique_fd.h"

namespace latchkey {

struct passed_socket {
  unique_fd listening;
  std::string path;
};

/// What $LISTEN_PID, $LISTEN_FDS and $LISTEN_FDNAMES say is for this process; nothing where nothing was passed. Removes
/// the three from the environment, and keeps the descriptor from children. Errors: as check_passed_socket(); also where
/// there is more than one.
[[nodiscard]] result<std::optional<passed_socket>> take_passed_socket();

/// The path of the listening Unix stream socket `fd`. `name`: what the manager calls it, for messages.
/// Errors: bad_request where it is another kind of descriptor, has no path, is not this user's, or others can write.
[[nodiscard]] result<std::string> check_passed_socket(int fd, std::string_view name);

}  // namespace latchkey
