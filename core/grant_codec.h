// A grant as bytes in the store: JSON with a format version. Docs: docs/ARCHITECTURE.md, "What is stored".
#pragma once

#include "core/error.h"
#include "core/grant.h"

namespace latchkey {

[[nodiscard]] secret encode_grant(const grant& value);
/// Errors: provider_error is never given; internal with a sentence that tells a newer format version from damage.
[[nodiscard]] result<grant> decode_grant(const secret& bytes);

}  // namespace latchkey
