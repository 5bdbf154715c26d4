// Spans and moments as people say them. Pure: now comes in.
#pragma once

#include <cstdint>
#include <string>

namespace latchkey::cli {

/// The two largest units: "45 s", "4 min 58 s", "3 h 59 min", "2 d 4 h". Negative seconds count as their size.
[[nodiscard]] std::string duration_text(std::int64_t seconds);
/// "in 3 h 59 min", "2 min 5 s ago", "now"; both in Unix seconds.
[[nodiscard]] std::string relative_time(std::int64_t when, std::int64_t now);
/// UTC, "2026-02-03T04:05:06Z" (RFC 3339); the number itself where no calendar reaches it.
[[nodiscard]] std::string absolute_time(std::int64_t when);
/// Local "04:05:06".
[[nodiscard]] std::string clock_time(std::int64_t when);

}  // namespace latchkey::cli
