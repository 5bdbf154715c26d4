#include "core/refresh_policy.h"

#include <gtest/gtest.h>

#include <limits>

#include "core/limits.h"

namespace latchkey {
namespace {

using namespace std::chrono_literals;

TEST(Backoff, DoublesFromOneSecondToFiveMinutes) {
  constexpr double nearly_one = 1.0 - 1e-12;
  const seconds ceilings[] = {1s, 2s, 4s, 8s, 16s, 32s, 64s, 128s, 256s, 300s, 300s};
  for (unsigned failures = 1; failures <= std::size(ceilings); ++failures) {
    const auto wait = backoff(failures, std::nullopt, nearly_one);
    EXPECT_LE(wait, ceilings[failures - 1]);
    EXPECT_GT(wait, ceilings[failures - 1] - 1ms);
  }
  EXPECT_LE(backoff(std::numeric_limits<unsigned>::max(), std::nullopt, nearly_one), 300s);
  EXPECT_LE(backoff(0, std::nullopt, nearly_one), 1s);
}

TEST(Backoff, R21_TheJitterSpreadsOverTheWholeCeiling) {
  EXPECT_EQ(backoff(5, std::nullopt, 0.5), 8s);
  EXPECT_EQ(backoff(5, std::nullopt, 0.25), 4s);
}

TEST(Backoff, IsNeverNothing) {
  EXPECT_EQ(backoff(1, std::nullopt, 0.0), limits::shortest_backoff);
  EXPECT_EQ(backoff(9, std::nullopt, -1.0), limits::shortest_backoff);
  EXPECT_EQ(backoff(1, std::nullopt, 7.0), 1s);
}

TEST(Backoff, T16_NeverComesBackBeforeRetryAfterNorAllAtOnce) {
  EXPECT_EQ(backoff(3, 30s, 0.0), 30s + limits::shortest_backoff);
  EXPECT_EQ(backoff(3, 30s, 0.5), 32s);
  EXPECT_EQ(backoff(1, 0s, 0.5), 500ms);
  EXPECT_EQ(backoff(1, -5s, 0.5), 500ms);
  EXPECT_EQ(backoff(1, seconds::max(), 0.5), limits::longest_retry_after + 500ms);
}

TEST(LenientMinValid, IsAMinuteOrAQuarterOfAShorterLifetime) {
  EXPECT_EQ(lenient_min_valid(std::nullopt), 60s);
  EXPECT_EQ(lenient_min_valid(4h), 60s);
  EXPECT_EQ(lenient_min_valid(240s), 60s);
  EXPECT_EQ(lenient_min_valid(60s), 15s);
  EXPECT_EQ(lenient_min_valid(1s), 250ms);
  EXPECT_EQ(lenient_min_valid(0s), 0s);
  EXPECT_EQ(lenient_min_valid(-5s), 0s);
  EXPECT_EQ(lenient_min_valid(seconds::max()), 60s);
}

}  // namespace
}  // namespace latchkey
