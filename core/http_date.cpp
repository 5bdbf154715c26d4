#include "core/http_date.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

namespace latchkey {
namespace {

using words = std::vector<std::string_view>;

words split(std::string_view text) {
  words found;
  constexpr std::string_view separators = " ,-:";
  while (!text.empty()) {
    const std::size_t length = std::min(text.find_first_of(separators), text.size());
    if (length > 0) found.push_back(text.substr(0, length));
    text.remove_prefix(std::min(length + 1, text.size()));
  }
  return found;
}

/// -1 where `digits` is not a number of `fewest` to `most` digits.
int number(std::string_view digits, std::size_t fewest, std::size_t most) {
  int value = -1;
  if (digits.size() < fewest || digits.size() > most ||
      !std::ranges::all_of(digits, [](char c) { return c >= '0' && c <= '9'; }))
    return -1;
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return value;
}

/// 1 to 12, or 0.
unsigned month_number(std::string_view name) {
  constexpr std::array<std::string_view, 12> names{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto* const found = std::ranges::find(names, name);
  return found == names.end() ? 0 : static_cast<unsigned>(found - names.begin()) + 1;
}

// RFC 9110 §5.6.7: a two-digit year that seems more than 50 years ahead is in the past.
int whole_year(int two_digits, wall_time now) {
  const std::chrono::year_month_day today(std::chrono::floor<std::chrono::days>(now));
  const int this_year = static_cast<int>(today.year());
  const int year = this_year / 100 * 100 + two_digits;
  return year > this_year + 50 ? year - 100 : year;
}

struct date_words {
  std::string_view day, month, hour, minute, second;
  int year;
};

std::optional<date_words> arrange(const words& found, wall_time now) {
  if (found.size() == 7)  // asctime: Sun Nov 6 08:49:37 1994
    return date_words{found[2], found[1], found[3], found[4], found[5], number(found[6], 4, 4)};
  if (found.size() != 8 || found[7] != "GMT") return std::nullopt;
  const int two_digits = number(found[3], 2, 2);
  const int year = two_digits < 0 ? number(found[3], 4, 4) : whole_year(two_digits, now);
  return date_words{found[1], found[2], found[4], found[5], found[6], year};
}

}  // namespace

std::optional<wall_time> parse_http_date(std::string_view text, wall_time now) {
  namespace chrono = std::chrono;
  const auto date = arrange(split(text), now);
  if (!date || date->year < 0) return std::nullopt;
  const int day = number(date->day, 1, 2);
  const int hour = number(date->hour, 2, 2);
  const int minute = number(date->minute, 2, 2);
  const int second = number(date->second, 2, 2);
  const bool leap_second_at_most = second >= 0 && second <= 60;
  if (day < 0 || hour < 0 || hour > 23 || minute < 0 || minute > 59 || !leap_second_at_most) return std::nullopt;
  const chrono::year_month_day calendar(chrono::year(date->year), chrono::month(month_number(date->month)),
                                        chrono::day(static_cast<unsigned>(day)));
  if (!calendar.ok()) return std::nullopt;
  return chrono::sys_days(calendar) + chrono::hours(hour) + chrono::minutes(minute) + seconds(second);
}

}  // namespace latchkey
