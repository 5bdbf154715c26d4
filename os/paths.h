// Where Latchkey's files are (XDG Base Directory Specification). Used by both programs.
#pragma once

#include <filesystem>
#include <string>

#include "core/error.h"

namespace latchkey {

/// $XDG_CONFIG_HOME/latchkey, default ~/.config/latchkey. Relative values are ignored, as the specification asks.
[[nodiscard]] std::filesystem::path config_folder();
/// $XDG_STATE_HOME/latchkey, default ~/.local/state/latchkey.
[[nodiscard]] std::filesystem::path state_folder();
/// $LATCHKEY_SOCKET, else $XDG_RUNTIME_DIR/latchkey/latchkey.sock.
/// Errors: bad_request where neither is set, or the path is too long for a socket (107 bytes).
[[nodiscard]] result<std::filesystem::path> socket_path();

}  // namespace latchkey
