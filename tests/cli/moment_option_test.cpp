#include "cli/moment_option.h"

#include <gtest/gtest.h>

namespace latchkey::cli {
namespace {

constexpr std::int64_t now = 1800000000;

TEST(MomentOption, TakesSecondsDatesAndSpans) {
  struct {
    const char* text;
    std::int64_t moment;
  } const rows[] = {{"none", 0},
                    {"0", 0},
                    {"1798675200", 1798675200},
                    {"2027-01-31", 1801353600},
                    {"2028-02-29", 1835395200},
                    {"1970-01-01", 0},
                    {"2027-01-31T12:30:05Z", 1801398605},
                    {"9999-12-31T23:59:59Z", 253402300799},
                    {"30d", now + 30 * 86400},
                    {"-30d", now - 30 * 86400},
                    {"2w", now + 14 * 86400},
                    {"12h", now + 12 * 3600},
                    {"90m", now + 90 * 60},
                    {"45s", now + 45}};
  for (const auto& row : rows) EXPECT_EQ(parse_moment(row.text, now), row.moment) << row.text;
}

TEST(MomentOption, C3_RefusesWhatIsNoMoment) {
  for (const char* text : {"",
                           "soon",
                           "-5",
                           "+5",
                           " 5",
                           "5 ",
                           "1e9",
                           "0x10",
                           "5y",
                           "d",
                           "-d",
                           "--5d",
                           "2027-02-29",
                           "2027-13-01",
                           "2027-1-31",
                           "2027-01-31T",
                           "2027-01-31T12:30:05",
                           "2027-01-31T24:00:00Z",
                           "2027-01-31 12:30:05Z",
                           "2027-01-31x",
                           "20270-1-31",
                           "1969-12-31",
                           "253402300800",
                           "99999999999999999999",
                           "9223372036854775807w",
                           "-9999999999s",
                           "none ",
                           "\xFF"}) {
    EXPECT_EQ(parse_moment(text, now), std::nullopt) << text;
  }
}

TEST(SpanOption, IsACountWithAUnitAndAboveNothing) {
  EXPECT_EQ(parse_span("90s"), 90);
  EXPECT_EQ(parse_span("30m"), 1800);
  EXPECT_EQ(parse_span("8h"), 28800);
  EXPECT_EQ(parse_span("7d"), 604800);
  EXPECT_EQ(parse_span("1w"), 604800);
  for (const char* bad : {"", "8", "h", "-8h", "0h", "8 h", "+8h", "1.5h", "2027-01-31", "none", "99999999999999999d"})
    EXPECT_EQ(parse_span(bad), std::nullopt) << bad;
}

}  // namespace
}  // namespace latchkey::cli
