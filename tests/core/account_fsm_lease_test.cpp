// Leases hold an exclusive rotation back, and nothing else.
#include <gtest/gtest.h>

#include "core/account_fsm.h"
#include "tests/core/account_fsm_builders.h"

namespace latchkey {
namespace {

using namespace support;
using namespace std::chrono_literals;
using enum account_action;
using enum account_state;

token_wanted with_lease(seconds lease) {
  token_wanted request;
  request.lease = lease;
  return request;
}

TEST(AccountFsmLease, ARotationWaitsForTheLastLease) {
  account_fsm fsm = holding(terms(1, 1h), rotation::exclusive);
  const lease_number first = fsm.lease(10s, start);
  const lease_number second = fsm.lease(20s, start);
  EXPECT_EQ(fsm.wanted(after_401(1), start), start_rotation);
  EXPECT_EQ(fsm.state(), draining);
  EXPECT_EQ(fsm.held_until(start), start + 20s);
  EXPECT_TRUE(fsm.release(second));
  EXPECT_FALSE(fsm.release(second));
  EXPECT_EQ(fsm.held_until(start), start + 10s);
  EXPECT_TRUE(fsm.release(first));
  EXPECT_FALSE(fsm.held_until(start));
  fsm.drained();
  EXPECT_EQ(fsm.state(), refreshing);
}

TEST(AccountFsmLease, WhileItDrainsTheOldTokenServesThoseWhoAskForNoMore) {
  account_fsm fsm = holding(terms(1, 1h), rotation::exclusive);
  fsm.lease(10s, start);
  EXPECT_EQ(fsm.wanted(after_401(1), start), start_rotation);
  EXPECT_EQ(fsm.wanted({}, start), serve);
  EXPECT_EQ(fsm.wanted(after_401(1), start), wait);
  EXPECT_EQ(fsm.wanted(with_lease(5s), start), wait);  // Or leases could put the rotation off for ever.
  fsm.drained();
  EXPECT_EQ(fsm.wanted({}, start), wait);
  fsm.answered();
  EXPECT_EQ(fsm.wanted({}, start), wait);
  fsm.adopt(terms(2, 1h), 0.5);
  EXPECT_EQ(fsm.wanted(with_lease(5s), start), serve);
}

TEST(AccountFsmLease, R18_NoLeaseIsLongerThanItsCap) {
  account_fsm fsm = holding(terms(1, 1h), rotation::exclusive);
  fsm.lease(3600s, start);
  EXPECT_EQ(fsm.held_until(start), start + 30s);
  EXPECT_FALSE(fsm.held_until(start + 30s));
  fsm.lease(-5s, start);
  EXPECT_FALSE(fsm.held_until(start + 30s));
}

TEST(AccountFsmLease, R20_NoLeaseIsLongerThanTheTokenLives) {
  account_fsm fsm = holding(terms(1, 8s), rotation::exclusive);
  fsm.lease(30s, start);
  EXPECT_EQ(fsm.held_until(start), start + 8s);
  EXPECT_EQ(fsm.wanted({}, start + 7s), start_rotation);
  EXPECT_EQ(fsm.state(), draining);
  EXPECT_FALSE(fsm.held_until(start + 8s));
}

TEST(AccountFsmLease, WhereTokensCoexistNoRotationWaits) {
  account_fsm fsm = holding(terms(1, 1h));
  fsm.lease(30s, start);
  EXPECT_EQ(fsm.wanted(after_401(1), start), start_rotation);
  EXPECT_EQ(fsm.state(), refreshing);
}

TEST(AccountFsmLease, ALeaseOfAnOlderTokenHoldsNothingBack) {
  account_fsm fsm = holding(terms(1, 1h), rotation::exclusive);
  fsm.lease(30s, start);
  fsm.adopt(terms(2, 1h), 0.5);
  EXPECT_EQ(fsm.wanted(after_401(2), start), start_rotation);
  EXPECT_EQ(fsm.state(), refreshing);
}

TEST(AccountFsmLease, AGrantThatEndsTakesItsLeasesAlong) {
  account_fsm fsm = holding(terms(1, 1h), rotation::exclusive);
  const lease_number before = fsm.lease(30s, start);
  fsm.forget();
  EXPECT_FALSE(fsm.release(before));
  fsm.adopt(terms(2, 1h), 0.5);
  EXPECT_NE(fsm.lease(1s, start), before);
}

}  // namespace
}  // namespace latchkey
