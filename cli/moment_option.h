// A moment as a person gives it in an option: a count of seconds, a date, or how far away it is. Pure: now comes in.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace latchkey::cli {

/// Unix seconds of "1798675200" (Unix seconds), "2027-01-31" and "2027-01-31T12:00:00Z" (UTC), "30d" or "-30d" (from
/// `now`, in s, m, h, d or w); 0 for "none". Nothing where it is none of these, or lies before 1970 or beyond the year
/// 9999.
[[nodiscard]] std::optional<std::int64_t> parse_moment(std::string_view text, std::int64_t now);

/// Seconds of a span: "90s", "8h", "30d"; s, m, h, d or w. Nothing where it is none, or not above 0.
[[nodiscard]] std::optional<std::int64_t> parse_span(std::string_view text);

}  // namespace latchkey::cli
