#include "cli/moment_option.h"

#include <charconv>
#include <chrono>

namespace latchkey::cli {
namespace {

constexpr std::int64_t last_moment = 253402300799;  // 9999-12-31T23:59:59Z.

// All of `text` as digits; no sign.
std::optional<std::int64_t> number_of(std::string_view text) {
  std::int64_t number = 0;
  if (text.empty() || text.front() < '0' || text.front() > '9') return std::nullopt;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<std::int64_t> seconds_of(char unit) {
  switch (unit) {
    case 's':
      return 1;
    case 'm':
      return 60;
    case 'h':
      return 3600;
    case 'd':
      return 86400;
    case 'w':
      return 604800;
    default:
      return std::nullopt;
  }
}

std::optional<std::int64_t> span_of(std::string_view text) {
  const bool ago = text.starts_with('-');
  if (ago) text.remove_prefix(1);
  if (text.empty()) return std::nullopt;
  const auto unit = seconds_of(text.back());
  const auto count = number_of(text.substr(0, text.size() - 1));
  if (!unit || !count || *count > last_moment / *unit) return std::nullopt;
  return ago ? -*count * *unit : *count * *unit;
}

// YYYY-MM-DD
std::optional<std::int64_t> day_of(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const auto year = number_of(text.substr(0, 4));
  const auto month = number_of(text.substr(5, 2));
  const auto day = number_of(text.substr(8, 2));
  if (!year || !month || !day) return std::nullopt;
  const std::chrono::year_month_day date(std::chrono::year(static_cast<int>(*year)),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day)));
  if (!date.ok()) return std::nullopt;
  return std::chrono::seconds(std::chrono::sys_days(date).time_since_epoch()).count();
}

// HH:MM:SSZ
std::optional<std::int64_t> time_of_day(std::string_view text) {
  if (text.size() != 9 || text[2] != ':' || text[5] != ':' || text[8] != 'Z') return std::nullopt;
  const auto hours = number_of(text.substr(0, 2));
  const auto minutes = number_of(text.substr(3, 2));
  const auto seconds = number_of(text.substr(6, 2));
  if (!hours || !minutes || !seconds || *hours > 23 || *minutes > 59 || *seconds > 59) return std::nullopt;
  return *hours * 3600 + *minutes * 60 + *seconds;
}

std::optional<std::int64_t> date_of(std::string_view text) {
  const auto day = day_of(text.substr(0, 10));
  if (!day || text.size() == 10) return day;
  const auto time = text[10] == 'T' ? time_of_day(text.substr(11)) : std::nullopt;
  return time ? std::optional(*day + *time) : std::nullopt;
}

}  // namespace

std::optional<std::int64_t> parse_span(std::string_view text) {
  const auto span = span_of(text);
  return span && *span > 0 ? span : std::nullopt;
}

std::optional<std::int64_t> parse_moment(std::string_view text, std::int64_t now) {
  if (text == "none") return 0;
  auto moment = number_of(text);
  if (!moment) moment = date_of(text);
  if (!moment)
    if (const auto span = span_of(text)) moment = now + *span;
  if (!moment || *moment < 0 || *moment > last_moment) return std::nullopt;
  return moment;
}

}  // namespace latchkey::cli
