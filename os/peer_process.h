// The process at the other end of a Unix socket, held so that its number cannot be taken for another's, and what /proc
// tells of it. Used by the daemon for each connection; decides nothing.
#pragma once

#include <sys/types.h>

#include "core/app_identity.h"
#include "os/unique_fd.h"

namespace latchkey {

/// A pidfd of the process that connected: SO_PEERPIDFD (Linux 6.5), else pidfd_open(2) of `process`, the number that
/// SO_PEERCRED tells. Invalid where there is neither, or the process is gone.
[[nodiscard]] unique_fd hold_peer(int socket, pid_t process);
/// The process that the pidfd holds has not ended: what was read under its number since it was taken is its own.
[[nodiscard]] bool still_runs(int pidfd);
/// What /proc/PROCESS tells. Its executable only where the path leads to that very file from here, too: another mount
/// namespace has other files at the same paths. One that was replaced while it runs counts in this one's namespace.
[[nodiscard]] process_facts read_process(pid_t process);

}  // namespace latchkey
