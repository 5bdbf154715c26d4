#include "daemon/crowd.h"

#include <gtest/gtest.h>

namespace latchkey {
namespace {

// How often a crowd was seen to leave while `count` connections ended one after the other.
int ends_of(crowd& callers, std::size_t count) {
  int ends = 0;
  while (count-- > 0) ends += callers.has_left(count) ? 1 : 0;
  return ends;
}

TEST(Crowd, AFewCallersAreNone) {
  crowd callers;
  EXPECT_EQ(ends_of(callers, crowd::smallest - 1), 0);
}

TEST(Crowd, I9_AThousandThatLeaveAreNoticedAFewTimesAndNotAThousand) {
  crowd callers;
  EXPECT_EQ(ends_of(callers, 1000), 2);
  EXPECT_EQ(ends_of(callers, 1000), 2) << "and again the next time";
}

TEST(Crowd, OneThatGoesOnIsNotLookedAtTheWhileItIsThere) {
  crowd callers;
  for (int i = 0; i < 1000; ++i) EXPECT_FALSE(callers.has_left(999));
}

}  // namespace
}  // namespace latchkey
