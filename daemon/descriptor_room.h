// Descriptors for many callers, and some that no caller can take away. Used by process, once.
#pragma once

#include <cstddef>

namespace latchkey {

/// What no caller gets: token requests, listeners of logins, files.
inline constexpr std::size_t own_descriptors = 256;

/// Raises the soft limit of open descriptors as far as limits::ipc_connections need it and the hard limit allows; the
/// browser keeps the one that this process had. Returns how many connections may be open at once so that
/// own_descriptors stay free; half of all where there are few.
[[nodiscard]] std::size_t make_room_for_connections();

}  // namespace latchkey
