// Fast API keys as a table. Texts are safe to show.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cli/table.h"
#include "latchkey/client.h"

namespace latchkey::cli {

/// A row for each key: name, whether the store has its secret, its end, its last use, where it works from, permissions.
/// For programs also when it was made and its public half.
[[nodiscard]] table api_key_table(const std::vector<api_key>& keys, std::int64_t now, const terminal& where);

}  // namespace latchkey::cli
