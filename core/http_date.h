// Dates as HTTP writes them (RFC 9110 §5.6.7). Pure; no locale.
#pragma once

#include <optional>
#include <string_view>

#include "core/types.h"

namespace latchkey {

/// Any of the three forms: "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT" and
/// "Sun Nov  6 08:49:37 1994". The day of the week is not compared. `now` decides the century of a two-digit year.
/// Nothing where it is no date.
[[nodiscard]] std::optional<wall_time> parse_http_date(std::string_view text, wall_time now);

}  // namespace latchkey
