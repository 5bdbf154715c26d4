// A grant as bytes in the store: JSON with a format version. Docs: docs/ARCHITECTURE.md, "What is stored".
#pragma once

#include "core/error.h"
#include "core/grant.h"

namespace latchkey {

/// Tokens are valid UTF-8 (parse_token_response() sees to it): anything else is a bug and throws.
[[nodiscard]] secret encode_grant(const grant& value);
/// Errors: internal, with a sentence that tells a newer format version from damage and never quotes the record.
[[nodiscard]] result<grant> decode_grant(const secret& bytes);

}  // namespace latchkey
