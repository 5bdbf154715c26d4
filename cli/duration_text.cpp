#include "cli/duration_text.h"

#include <array>
#include <ctime>
#include <string_view>

namespace latchkey::cli {
namespace {

struct unit {
  std::uint64_t seconds;
  std::string_view name;
};
constexpr std::array<unit, 4> units{{{86400, " d"}, {3600, " h"}, {60, " min"}, {1, " s"}}};

std::uint64_t size_of(std::int64_t seconds) {
  // Through unsigned, so that the smallest number has a size too.
  return seconds < 0 ? 0 - static_cast<std::uint64_t>(seconds) : static_cast<std::uint64_t>(seconds);
}

}  // namespace

std::string duration_text(std::int64_t seconds) {
  const std::uint64_t span = size_of(seconds);
  for (std::size_t i = 0; i + 1 < units.size(); ++i) {
    if (span < units[i].seconds) continue;
    std::string text = std::to_string(span / units[i].seconds) + std::string(units[i].name);
    const std::uint64_t rest = span % units[i].seconds / units[i + 1].seconds;
    if (rest != 0) text += " " + std::to_string(rest) + std::string(units[i + 1].name);
    return text;
  }
  return std::to_string(span) + " s";
}

std::string relative_time(std::int64_t when, std::int64_t now) {
  if (when == now) return "now";
  // In unsigned arithmetic: what a daemon says may be as far away as a number can be.
  const auto later = static_cast<std::uint64_t>(when > now ? when : now);
  const auto earlier = static_cast<std::uint64_t>(when > now ? now : when);
  const std::uint64_t apart = later - earlier;
  const std::string span = duration_text(static_cast<std::int64_t>(apart > INT64_MAX ? INT64_MAX : apart));
  return when > now ? "in " + span : span + " ago";
}

std::string absolute_time(std::int64_t when) {
  const std::time_t time = when;
  std::tm parts{};
  if (::gmtime_r(&time, &parts) == nullptr) return std::to_string(when);
  std::array<char, 64> text{};
  return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts)};
}

std::string clock_time(std::int64_t when) {
  const std::time_t time = when;
  std::tm parts{};
  if (::localtime_r(&time, &parts) == nullptr) return std::to_string(when);
  std::array<char, 16> text{};
  return {text.data(), std::strftime(text.data(), text.size(), "%H:%M:%S", &parts)};
}

}  // namespace latchkey::cli
