#include <gtest/gtest.h>

#include "core/http_date.h"
#include "core/limits.h"
#include "core/token_endpoint.h"

namespace latchkey {
namespace {

constexpr wall_time now{seconds{1'800'000'000}};  // Fri, 15 Jan 2027 08:00:00 GMT

struct retry_case {
  std::string_view value;
  std::optional<seconds> wait;
};

TEST(RetryAfter, T16_ReadsSecondsAndDatesAndBoundsTheAbsurd) {
  const retry_case cases[] = {
      {"0", seconds{0}},
      {"120", seconds{120}},
      {"0007", seconds{7}},
      {"3600", seconds{3600}},
      {"3601", limits::longest_retry_after},
      {"99999999999999999999999999", limits::longest_retry_after},
      {"Fri, 15 Jan 2027 08:01:30 GMT", seconds{90}},
      {"Fri, 15 Jan 2027 08:00:00 GMT", seconds{0}},
      {"Fri, 15 Jan 2027 07:59:00 GMT", seconds{0}},
      {"Sun, 06 Nov 1994 08:49:37 GMT", seconds{0}},
      {"Fri, 31 Dec 9999 23:59:59 GMT", limits::longest_retry_after},
      {"Friday, 15-Jan-27 08:00:10 GMT", seconds{10}},
      {"Fri Jan 15 08:00:10 2027", seconds{10}},
      {"", std::nullopt},
      {"-1", std::nullopt},
      {"+5", std::nullopt},
      {"1.5", std::nullopt},
      {"10 seconds", std::nullopt},
      {"soon", std::nullopt},
      {"0x10", std::nullopt},
      {"1e3", std::nullopt},
  };
  for (const auto& [value, wait] : cases) EXPECT_EQ(parse_retry_after(value, now), wait) << value;
}

struct date_case {
  std::string_view text;
  std::optional<std::int64_t> unix_seconds;
};

TEST(HttpDate, ReadsTheThreeFormsOfTheRfcAndNothingElse) {
  const date_case cases[] = {
      {"Sun, 06 Nov 1994 08:49:37 GMT", 784111777},
      {"Sunday, 06-Nov-94 08:49:37 GMT", 784111777},
      {"Sun Nov  6 08:49:37 1994", 784111777},
      {"Thu, 01 Jan 1970 00:00:00 GMT", 0},
      {"Tue, 29 Feb 2028 00:00:00 GMT", 1835395200},
      {"Sat, 31 Dec 2016 23:59:60 GMT", 1483228800},
      {"Mon, 29 Feb 2027 00:00:00 GMT", std::nullopt},
      {"Sun, 31 Nov 1994 08:49:37 GMT", std::nullopt},
      {"Sun, 00 Nov 1994 08:49:37 GMT", std::nullopt},
      {"Sun, 06 nov 1994 08:49:37 GMT", std::nullopt},
      {"Sun, 06 November 1994 08:49:37 GMT", std::nullopt},
      {"Sun, 06 Nov 1994 24:00:00 GMT", std::nullopt},
      {"Sun, 06 Nov 1994 08:60:00 GMT", std::nullopt},
      {"Sun, 06 Nov 1994 08:00:61 GMT", std::nullopt},
      {"Sun, 06 Nov 1994 08:49 GMT", std::nullopt},
      {"Sun, 06 Nov 1994 08:49:37 CET", std::nullopt},
      {"Sun, 06 Nov 1994 08:49:37", std::nullopt},
      {"Sun, 06 Nov 19940 08:49:37 GMT", std::nullopt},
      {"Sun, 06 Nov 199 08:49:37 GMT", std::nullopt},
      {"Sun, x6 Nov 1994 08:49:37 GMT", std::nullopt},
      {"Sun, 06 Nov 1994 8:49:37 GMT", std::nullopt},
      {"2027-01-15 08:00:10 GMT x", std::nullopt},
      {"", std::nullopt},
      {",,,::::", std::nullopt},
  };
  for (const auto& [text, unix_seconds] : cases) {
    std::optional<std::int64_t> read;
    if (const auto when = parse_http_date(text, now)) read = when->time_since_epoch().count();
    EXPECT_EQ(read, unix_seconds) << text;
  }
}

TEST(HttpDate, ATwoDigitYearIsAtMostFiftyYearsAhead) {
  const auto year_of = [](std::string_view text) {
    const auto when = parse_http_date(text, now).value();
    return static_cast<int>(std::chrono::year_month_day(std::chrono::floor<std::chrono::days>(when)).year());
  };
  EXPECT_EQ(year_of("Friday, 15-Jan-27 08:00:00 GMT"), 2027);
  EXPECT_EQ(year_of("Friday, 15-Jan-77 08:00:00 GMT"), 2077);
  EXPECT_EQ(year_of("Friday, 15-Jan-78 08:00:00 GMT"), 1978);
  EXPECT_EQ(year_of("Friday, 15-Jan-00 08:00:00 GMT"), 2000);
}

}  // namespace
}  // namespace latchkey
