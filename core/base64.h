// Base64 and base64url without padding (RFC 4648 §4, §5). Pure.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "core/error.h"

namespace latchkey {

[[nodiscard]] std::string base64_encode(std::span<const unsigned char> bytes);
[[nodiscard]] std::string base64url_encode(std::span<const unsigned char> bytes);
/// Errors: bad_request on anything but whole groups of the standard alphabet with padding and no bits after the last
/// byte: what base64_encode() writes, and nothing else. `what` names the value.
[[nodiscard]] result<std::string> base64_decode(std::string_view what, std::string_view text);
/// Errors: bad_request on any character outside the URL-safe alphabet, padding included, or non-zero trailing bits.
[[nodiscard]] result<std::string> base64url_decode(std::string_view what, std::string_view text);

}  // namespace latchkey
