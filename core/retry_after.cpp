#include <algorithm>

#include "core/http_date.h"
#include "core/limits.h"
#include "core/token_endpoint.h"

namespace latchkey {

std::optional<seconds> parse_retry_after(std::string_view value, wall_time now) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (!value.empty() && std::ranges::all_of(value, is_digit)) {
    seconds wait{0};
    for (const char digit : value) wait = std::min(wait * 10 + seconds(digit - '0'), limits::longest_retry_after);
    return wait;
  }
  const auto when = parse_http_date(value, now);
  if (!when) return std::nullopt;
  return std::clamp(*when - now, seconds{0}, limits::longest_retry_after);
}

}  // namespace latchkey
