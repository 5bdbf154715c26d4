// What people see of an account's near future: how long its token lives, what comes next, who used it last.
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string_view>

#include "cli/account_view.h"
#include "cli/duration_text.h"
#include "core/error.h"

namespace latchkey::cli {
namespace {

constexpr std::int64_t bar_width = 10;

// What a daemon says may be as far away as a number can be.
std::int64_t span(std::int64_t from, std::int64_t to) {
  std::int64_t apart = 0;
  if (!__builtin_sub_overflow(to, from, &apart)) return apart;
  return to > from ? std::numeric_limits<std::int64_t>::max() : std::numeric_limits<std::int64_t>::min();
}

// duration_text() without seconds beside minutes: nobody plans by them.
std::string about(std::int64_t seconds) {
  constexpr std::string_view minutes = " min";
  std::string text = duration_text(seconds);
  if (const std::size_t at = text.find(minutes); at != std::string::npos) text.resize(at + minutes.size());
  return text;
}

std::string in_about(std::int64_t when, std::int64_t now) {
  return when > now ? "in " + about(span(now, when)) : "now";
}

std::string ago(std::int64_t when, std::int64_t now) {
  return when < now ? about(span(when, now)) + " ago" : "just now";
}

// A life that is nearly whole has a full bar; one that is not over has at least one cell of it.
std::string bar(std::int64_t left, std::int64_t lifetime, const terminal& where) {
  const double share = static_cast<double>(left) / static_cast<double>(lifetime);
  const std::int64_t cells = std::lround(std::clamp(share, 0.0, 1.0) * bar_width);
  const std::int64_t full = std::clamp<std::int64_t>(cells, left > 0 ? 1 : 0, bar_width);
  std::string text;
  for (std::int64_t i = 0; i < bar_width; ++i) text += i < full ? (where.utf8 ? "█" : "#") : (where.utf8 ? "░" : ".");
  return text + " ";
}

look look_of_life(std::int64_t left, std::int64_t lifetime) {
  if (left <= 0) return look::faint;
  constexpr std::int64_t short_share = 4;
  return lifetime > 0 && left < lifetime / short_share ? look::warning : look::good;
}

std::string login_advice(const account& shown) {
  return "you: latchkey login " + printable(shown.name);
}

// What a daemon does that plans nothing by itself.
cell unplanned(const account& shown) {
  struct row {
    std::string_view state;
    std::string_view text;
  };
  constexpr std::array<row, 7> rows{{{"fresh", "refresh when asked"},
                                     {"expired", "refresh when asked"},
                                     {"backing_off", "retry when asked"},
                                     {"unsaved", "save when asked"},
                                     {"refreshing", "refreshing now"},
                                     {"saving", "saving now"},
                                     {"draining", "refresh once leases end"}}};
  if (shown.state == "logged_out" || shown.state == "login_required") return {login_advice(shown), look::warning};
  const auto* const found = std::ranges::find(rows, shown.state, &row::state);
  return {found == rows.end() ? "-" : std::string(found->text)};
}

}  // namespace

cell token_cell(const account& shown, std::int64_t now, const terminal& where) {
  if (!where.is_terminal) return {moment(shown.expires_at, now, where)};
  if (shown.generation == 0) return {"-"};
  if (!shown.expires_at) return {"no end known"};
  const std::int64_t lifetime = shown.refreshed_at ? span(*shown.refreshed_at, *shown.expires_at) : 0;
  const std::int64_t left = std::max<std::int64_t>(span(now, *shown.expires_at), 0);
  const std::string words = left > 0 ? duration_text(left) : "ended " + ago(*shown.expires_at, now);
  return {(lifetime > 0 ? bar(left, lifetime, where) : "") + words, look_of_life(left, lifetime)};
}

cell next_cell(const account& shown, std::int64_t now) {
  const bool later = shown.next_action_at && *shown.next_action_at > now;
  const std::string when = shown.next_action_at ? " " + in_about(*shown.next_action_at, now) : "";
  if (shown.next_action.empty()) return unplanned(shown);
  if (shown.next_action == "login") return {login_advice(shown) + (later ? "," + when : ""), look::warning};
  if (shown.next_action == "save") return {"save again" + when, look::warning};
  // The daemon renews a token that is asked for after its end; by itself it may do so for the refresh token's sake
  // alone.
  if (shown.next_action == "refresh" && shown.expires_at && shown.next_action_at > shown.expires_at)
    return {"refresh when asked, or" + when};
  return {printable(shown.next_action) + when, shown.next_action == "retry" ? look::warning : look::plain};
}

std::string refreshed_text(const account& shown, std::int64_t now) {
  return shown.refreshed_at ? ago(*shown.refreshed_at, now) : "-";
}

std::string last_use(const account& shown, std::int64_t now) {
  if (!shown.last_used_at) return "-";
  const std::string when = ago(*shown.last_used_at, now);
  return shown.last_used_by.empty() ? when : when + " by " + printable(shown.last_used_by);
}

}  // namespace latchkey::cli
