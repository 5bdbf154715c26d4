// How often the machine asks the provider, and how long what it serves lives: stepped through minutes and days.
#include <gtest/gtest.h>

#include "core/account_fsm.h"
#include "tests/core/account_fsm_builders.h"

namespace latchkey {
namespace {

using namespace support;
using namespace std::chrono_literals;
using enum account_action;
using enum account_state;

TEST(AccountFsmPace, R12_OfflineForADayItAsksEverMoreRarelyAndThenHeals) {
  account_fsm fsm = holding(terms(1, 1h));
  int requests = 0;
  for (boot_time now = start + 1h; now < start + 25h; now += 1s) {
    if (fsm.wanted({}, now) != start_rotation) continue;
    ++requests;
    fsm.refresh_failed(failure(token_failure::kind::transient), now, 0.999);
  }
  EXPECT_GT(requests, 24 * 3600 / 300);
  EXPECT_LT(requests, 24 * 3600 / 300 + 15);
  EXPECT_EQ(fsm.wanted({}, start + 26h), start_rotation);
  fsm.adopt(terms(2, 1h, start + 26h), 0.5);
  EXPECT_EQ(fsm.wanted({}, start + 26h), serve);
  EXPECT_FALSE(fsm.next_attempt());
  EXPECT_EQ(fsm.wanted(after_401(2), start + 26h), start_rotation);
  fsm.refresh_failed(failure(token_failure::kind::transient), start + 26h, 0.999);
  EXPECT_LE(fsm.next_attempt(), start + 26h + 1s);  // The count of failures began anew.
}

TEST(AccountFsmPace, R16_AMinValidThatNoTokenCouldHoldIsRefusedNotRefreshedForEver) {
  account_fsm fsm = holding(terms(1, 1h));
  EXPECT_EQ(fsm.wanted(strict(2h), start + 1min), refuse);
  EXPECT_EQ(fsm.refusal().code, errc::bad_request);
  EXPECT_EQ(fsm.refusal().message,
            "min_valid is 7200 s, but this provider's tokens live for 3600 s in all: ask for less");
  for (const auto age : {1ms, 2000ms, 600'000ms}) {
    EXPECT_EQ(fsm.wanted(strict(1h), start + age), refuse);  // A new token would be a moment old, too.
    EXPECT_EQ(fsm.refusal().code, errc::bad_request);
  }
  EXPECT_EQ(fsm.wanted(strict(seconds::max()), start), refuse);
  EXPECT_EQ(fsm.refusal().code, errc::bad_request);
  EXPECT_EQ(fsm.state(), fresh);
  EXPECT_EQ(fsm.wanted(strict(1h - 1s), start + 2s), start_rotation);
}

// Promise 6, and R13: the machine is stepped through a day in odd steps, with a suspend of eight hours in the middle.
TEST(AccountFsmPace, R13_NoTokenServedHasLessLifeThanPromised) {
  for (const seconds lifetime : {30s, 60s, 300s, 3600s, 14'400s}) {
    for (const seconds min_valid : {0s, 1s, 20s, 120s, 3000s}) {
      if (min_valid + 1s > lifetime) continue;
      account_fsm fsm = holding(terms(1, lifetime));
      for (boot_time now = start; now < start + 24h; now += now == start + 77s * 50 ? 8h : 77s) {
        const account_action action = fsm.wanted(strict(min_valid), now);
        if (action == start_rotation) fsm.adopt(terms(fsm.terms().generation + 1, lifetime, now), 0.5);
        ASSERT_EQ(fsm.wanted(strict(min_valid), now), serve);
        ASSERT_GE(fsm.life_left(now), min_valid);
        ASSERT_GT(fsm.life_left(now), 0s);
      }
    }
  }
}

// How many refreshes a minute of callers every 10 ms starts at a provider whose nth token lives lifetime_of(n).
template <class Lifetimes>
int refreshes_in_a_minute(Lifetimes lifetime_of) {
  int started = 0;
  account_fsm fsm = holding(terms(1, lifetime_of(0)));
  for (boot_time now = start; now < start + 60s; now += 10ms) {
    for (int round = 0; round < 5; ++round) {
      if (fsm.wanted({}, now) != start_rotation) break;
      ++started;
      fsm.adopt(terms(fsm.terms().generation + 1, lifetime_of(started), now), 0.5);
    }
  }
  return started;
}

TEST(AccountFsmPace, R16_EverShorterLifetimesMakeNoRequestStorm) {
  EXPECT_EQ(refreshes_in_a_minute([](int) { return 3600s; }), 0);
  EXPECT_LE(refreshes_in_a_minute([](int count) { return 3600s / (1 << std::min(count, 20)); }), 60);
  EXPECT_LE(refreshes_in_a_minute([](int) { return 4s; }), 20);
  EXPECT_GE(refreshes_in_a_minute([](int) { return 4s; }), 15);
  EXPECT_LE(refreshes_in_a_minute([](int) { return 1s; }), 60);
}

TEST(AccountFsmPace, R15_TokensThatComeExpiredAreAskedForEverMoreRarely) {
  EXPECT_LE(refreshes_in_a_minute([](int) { return 0s; }), 6);
  account_fsm fsm = holding(terms(1, 0s));
  EXPECT_EQ(fsm.wanted({}, start), refuse);
  EXPECT_EQ(fsm.refusal().code, errc::temporarily_unavailable);
  EXPECT_EQ(fsm.refusal().retry_after, 1s);
  EXPECT_EQ(fsm.refusal().message, "the provider's tokens live for 0 s only, and the last one came just now");
  EXPECT_EQ(fsm.wanted({}, start + 1s), start_rotation);
}

TEST(AccountFsmPace, AShortLivedTokenIsServedToItsEndBeforeTheFloorAllowsAnother) {
  account_fsm fsm = holding(terms(1, 1s));
  EXPECT_EQ(fsm.wanted({}, start + 900ms), serve);  // Less than a quarter is left, but a refresh must wait.
  EXPECT_EQ(fsm.wanted({}, start + 1s), start_rotation);
}

}  // namespace
}  // namespace latchkey
