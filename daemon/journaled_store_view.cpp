// What the journaled store tells of itself: what waits, since when, and why.
#include <algorithm>

#include "daemon/journaled_store.h"

namespace latchkey {
namespace {

std::string minute_of(wall_time moment) {
  const auto day = std::chrono::floor<std::chrono::days>(moment);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(moment - day);
  const auto two = [](auto number) { return (number < 10 ? "0" : "") + std::to_string(number); };
  return std::to_string(static_cast<int>(date.year())) + '-' + two(static_cast<unsigned>(date.month())) + '-' +
         two(static_cast<unsigned>(date.day())) + ' ' + two(time.hours().count()) + ':' + two(time.minutes().count()) +
         " UTC";
}

}  // namespace

std::string journaled_store::description() const {
  const std::string waiting = trouble();
  return waiting.empty() ? store_.description() : store_.description() + "; " + waiting;
}

std::string journaled_store::trouble() const {
  std::size_t count = 0;
  const journaled_record* oldest = nullptr;
  for (const auto& [id, record] : records_) {
    if (!record->waiting || record->under_way > 0) continue;
    ++count;
    if (oldest == nullptr || record->waiting->wish.at < oldest->waiting->wish.at) oldest = record.get();
  }
  if (oldest == nullptr) return {};
  return (count == 1 ? "1 change waits" : std::to_string(count) + " changes wait") +
         " in the encrypted journal for the store, since " + minute_of(oldest->waiting->wish.at) + ": " +
         (oldest->trouble ? oldest->trouble->message : "the store has not answered yet");
}

bool journaled_store::waits() const {
  return std::ranges::any_of(records_, [](const auto& each) {
    return each.second->waiting || each.second->under_way > 0 || each.second->in_store;
  });
}

bool journaled_store::busy() const {
  return std::ranges::any_of(records_, [](const auto& each) { return each.second->under_way > 0; });
}

}  // namespace latchkey
