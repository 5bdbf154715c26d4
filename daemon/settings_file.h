// Reads config.toml. Used at the start and at each reload.
#pragma once

#include <filesystem>

#include "core/settings.h"

namespace latchkey {

/// The defaults where there is no file. Errors: bad_request with file, line, column and key; internal.
[[nodiscard]] result<settings> read_settings(const std::filesystem::path& file);

}  // namespace latchkey
