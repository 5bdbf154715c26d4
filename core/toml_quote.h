// Writes a TOML string. Used where configuration is written and where an odd key is named.
#pragma once

#include <string>
#include <string_view>

namespace latchkey {

/// `text` as a TOML basic string, in quotes, escaped. `text` is UTF-8: TOML has no escape for other bytes.
[[nodiscard]] std::string toml_quote(std::string_view text);

/// A key that needs no quotes.
[[nodiscard]] bool is_bare(std::string_view key);
/// A key as one would write it: "a.b" in quotes is another key than a.b.
[[nodiscard]] std::string as_written(std::string_view key);

}  // namespace latchkey
