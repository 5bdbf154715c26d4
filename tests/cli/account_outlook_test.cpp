#include <gtest/gtest.h>

#include <limits>

#include "cli/account_view.h"
#include "cli/text_width.h"

namespace latchkey::cli {
namespace {

constexpr std::int64_t now = 1'000'000;
constexpr std::int64_t smallest = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t largest = std::numeric_limits<std::int64_t>::max();
constexpr terminal in_unicode{true, 80, false, 24, true};
constexpr terminal in_ascii{true, 80, false, 24, false};

// A token of `lifetime` seconds of which `left` are left.
account with_token(std::int64_t lifetime, std::int64_t left) {
  account made;
  made.name = "work";
  made.state = "fresh";
  made.generation = 1;
  made.has_refresh_token = true;
  made.expires_at = now + left;
  made.refreshed_at = now + left - lifetime;
  return made;
}

TEST(TokenCell, DrawsTheShareOfTheLifetimeThatIsLeft) {
  struct {
    std::int64_t lifetime;
    std::int64_t left;
    const char* text;
    look how;
  } const rows[] = {{14400, 14400, "██████████ 4 h", look::good},
                    {14400, 11520, "████████░░ 3 h 12 min", look::good},
                    {14400, 3600, "███░░░░░░░ 1 h", look::good},
                    {14400, 3599, "██░░░░░░░░ 59 min 59 s", look::warning},
                    {14400, 1, "█░░░░░░░░░ 1 s", look::warning},
                    {14400, 0, "░░░░░░░░░░ ended just now", look::faint},
                    {14400, -200, "░░░░░░░░░░ ended 3 min ago", look::faint},
                    {100, 5000, "██████████ 1 h 23 min", look::good}};
  for (const auto& row : rows) {
    const cell shown = token_cell(with_token(row.lifetime, row.left), now, in_unicode);
    EXPECT_EQ(shown.text, row.text);
    EXPECT_EQ(shown.how, row.how) << row.text;
  }
}

TEST(TokenCell, IsAsciiWhereTheTerminalShowsNoMore) {
  EXPECT_EQ(token_cell(with_token(14400, 11520), now, in_ascii).text, "########.. 3 h 12 min");
}

TEST(TokenCell, SaysWhatIsNotKnown) {
  account shown = with_token(100, 60);
  shown.refreshed_at.reset();
  EXPECT_EQ(token_cell(shown, now, in_unicode).text, "1 min");
  shown.expires_at.reset();
  EXPECT_EQ(token_cell(shown, now, in_unicode).text, "no end known");
  shown.generation = 0;
  EXPECT_EQ(token_cell(shown, now, in_unicode).text, "-");
}

TEST(TokenCell, GivesProgramsTheMoment) {
  EXPECT_EQ(token_cell(with_token(100, 60), now, terminal()).text, "1970-01-12T13:47:40Z");
}

TEST(TokenCell, I17_LivesWithMomentsAtTheEndOfNumbers) {
  account shown = with_token(100, 60);
  for (const std::int64_t end : {smallest, largest})
    for (const std::int64_t begin : {smallest, largest}) {
      shown.expires_at = end;
      shown.refreshed_at = begin;
      EXPECT_LE(text_width(token_cell(shown, now, in_unicode).text), 60U);
    }
}

TEST(NextCell, SaysWhatComesNextAndWhen) {
  struct {
    const char* state;
    const char* action;
    std::optional<std::int64_t> in;
    const char* text;
  } const rows[] = {{"fresh", "refresh", 2430, "refresh in 40 min"},
                    {"fresh", "refresh", 6900, "refresh in 1 h 55 min"},
                    {"fresh", "refresh", -5, "refresh now"},
                    {"fresh", "refresh", 100'000, "refresh when asked, or in 1 d 3 h"},
                    {"backing_off", "retry", 12, "retry in 12 s"},
                    {"unsaved", "save", 3, "save again in 3 s"},
                    {"login_required", "login", {}, "you: latchkey login work"},
                    {"fresh", "login", 11520, "you: latchkey login work, in 3 h 12 min"},
                    {"fresh", "", {}, "refresh when asked"},
                    {"expired", "", {}, "refresh when asked"},
                    {"backing_off", "", {}, "retry when asked"},
                    {"refreshing", "", {}, "refreshing now"},
                    {"saving", "", {}, "saving now"},
                    {"draining", "", {}, "refresh once leases end"},
                    {"logged_out", "", {}, "you: latchkey login work"},
                    {"unavailable", "", {}, "-"},
                    {"fresh", "dance", 60, "dance in 1 min"}};
  for (const auto& row : rows) {
    account shown = with_token(14400, 11520);
    shown.state = row.state;
    shown.next_action = row.action;
    if (row.in) shown.next_action_at = now + *row.in;
    EXPECT_EQ(next_cell(shown, now).text, row.text);
  }
}

TEST(LastUse, SaysWhoAndWhen) {
  account shown = with_token(100, 60);
  EXPECT_EQ(last_use(shown, now), "-");
  shown.last_used_at = now - 125;
  EXPECT_EQ(last_use(shown, now), "2 min ago");
  shown.last_used_by = "/usr/bin/git (process 42)\n";
  EXPECT_EQ(last_use(shown, now), "2 min ago by /usr/bin/git (process 42)\\x0A");
  shown.last_used_at = now + 3;  // The clock was set meanwhile.
  EXPECT_EQ(last_use(shown, now), "just now by /usr/bin/git (process 42)\\x0A");
}

}  // namespace
}  // namespace latchkey::cli
