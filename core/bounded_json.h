// JSON from a peer that may be hostile: bounded depth, no key twice, nothing built beyond the bound. Used by everything
// that reads JSON (token endpoint, discovery, stored grants, ipc). Callers bound the size before they call.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string_view>

#include "core/error.h"

namespace latchkey {

/// Reads one JSON value (RFC 8259), a byte order mark before it allowed. `what` names the text in the message ("the
/// token answer"). `depth` is how many arrays and objects may enclose each other: 1 takes {"a":1}, not {"a":{}}.
/// Errors: bad_request where it is no JSON, holds invalid UTF-8 or a number that no double holds, nests deeper, or has
/// a key twice in one object (RFC 8259 §4 leaves open which one counts). The message never quotes a value.
[[nodiscard]] result<nlohmann::json> parse_bounded_json(std::string_view what, std::string_view text, int depth);

}  // namespace latchkey
