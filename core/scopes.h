// Sets of scopes (RFC 6749 §3.3): case-sensitive, order without meaning, no doubles.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/error.h"

namespace latchkey {

using scope_list = std::vector<std::string>;

/// Splits "a b c" at spaces; drops doubles, keeps the order.
/// Errors: bad_request on a character outside %x21 / %x23-5B / %x5D-7E.
[[nodiscard]] result<scope_list> parse_scopes(std::string_view text);
[[nodiscard]] std::string join_scopes(const scope_list& scopes);
/// Those of `wanted` that `granted` lacks, in order.
[[nodiscard]] scope_list missing_scopes(const scope_list& granted, const scope_list& wanted);
/// `first` and then those of `second` that it lacks.
[[nodiscard]] scope_list union_scopes(const scope_list& first, const scope_list& second);

}  // namespace latchkey
