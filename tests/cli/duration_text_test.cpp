#include "cli/duration_text.h"

#include <gtest/gtest.h>

#include <limits>

namespace latchkey::cli {
namespace {

constexpr std::int64_t smallest = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t largest = std::numeric_limits<std::int64_t>::max();

TEST(DurationText, SaysTheTwoLargestUnits) {
  struct {
    std::int64_t seconds;
    const char* text;
  } const rows[] = {
      {0, "0 s"},          {1, "1 s"},          {59, "59 s"},        {60, "1 min"},
      {298, "4 min 58 s"}, {3600, "1 h"},       {3601, "1 h"},       {14399, "3 h 59 min"},
      {86400, "1 d"},      {187200, "2 d 4 h"}, {-90, "1 min 30 s"}, {smallest, "106751991167300 d 15 h"}};
  for (const auto& row : rows) EXPECT_EQ(duration_text(row.seconds), row.text) << row.seconds;
}

TEST(DurationText, SaysFromWhichSideAMomentIsSeen) {
  EXPECT_EQ(relative_time(1000, 1000), "now");
  EXPECT_EQ(relative_time(15399, 1000), "in 3 h 59 min");
  EXPECT_EQ(relative_time(1000, 1125), "2 min 5 s ago");
}

TEST(DurationText, I17_LivesWithMomentsAtTheEndOfNumbers) {
  EXPECT_EQ(relative_time(largest, smallest), "in 106751991167300 d 15 h");
  EXPECT_EQ(relative_time(smallest, largest), "106751991167300 d 15 h ago");
  EXPECT_EQ(absolute_time(largest), std::to_string(largest));
  EXPECT_EQ(clock_time(largest), std::to_string(largest));
}

TEST(DurationText, WritesMomentsForProgramsAsRfc3339) {
  EXPECT_EQ(absolute_time(0), "1970-01-01T00:00:00Z");
  EXPECT_EQ(absolute_time(1770091506), "2026-02-03T04:05:06Z");
}

}  // namespace
}  // namespace latchkey::cli
