// Which program holds a TCP port of this computer, as far as /proc shows it. Only for the message when a login's fixed
// port is taken; never decides anything.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace latchkey {

/// One line of /proc/net/tcp or tcp6 (proc(5)).
struct socket_entry {
  std::uint64_t inode = 0;
  uid_t uid = 0;
};

/// The socket that listens on `port` on 127.0.0.1 or on all addresses, else any other at that port; nothing where
/// `table` has none.
[[nodiscard]] std::optional<socket_entry> find_socket(std::string_view table, std::uint16_t port);

/// "python3 (process 4711)", or "a program of user alice" where its processes cannot be seen; empty where nothing is
/// known. `proc`: where procfs is mounted.
[[nodiscard]] std::string describe_port_owner(std::uint16_t port, const std::filesystem::path& proc = "/proc");

}  // namespace latchkey
