// The presets that ship with Latchkey, as they stand in this folder: TOML text, embedded at build time so that the
// programs need no data files. Read by the daemon, which puts the user's own files over them.
#pragma once

#include <span>
#include <string_view>

namespace latchkey {

struct builtin_provider {
  std::string_view name;  ///< The file's name without ".toml".
  std::string_view toml;  ///< For parse_provider().
};

/// All presets, by name.
[[nodiscard]] std::span<const builtin_provider> builtin_providers() noexcept;

}  // namespace latchkey
