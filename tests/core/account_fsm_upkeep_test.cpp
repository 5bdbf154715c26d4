// What the machine does when nobody asks; and what becomes of a grant that the store does not take.
#include <gtest/gtest.h>

#include <map>

#include "core/account_fsm.h"
#include "tests/core/account_fsm_builders.h"

namespace latchkey {
namespace {

using namespace support;
using namespace std::chrono_literals;
using enum account_action;
using enum account_state;

token_terms mortal(generation_number generation, seconds refresh_lifetime) {
  token_terms made = terms(generation, 1h);
  made.refresh_lifetime = refresh_lifetime;
  made.refresh_expires_at = start + refresh_lifetime;
  return made;
}

TEST(AccountFsmUpkeep, ATokenInUseIsRenewedAheadOfItsEnd) {
  for (const double jitter : {0.0, 0.5, 0.999}) {
    account_fsm fsm(rotation::coexisting);
    fsm.adopt(terms(1, 1h), jitter);
    EXPECT_EQ(fsm.wanted({}, start + 10min), serve);
    const auto due = fsm.next_upkeep(start + 10min);
    ASSERT_TRUE(due);
    EXPECT_GE(*due, start + 45min);
    EXPECT_LE(*due, start + 54min);
    EXPECT_EQ(fsm.upkeep(*due - 1s), wait);
    EXPECT_EQ(fsm.upkeep(*due), start_rotation);
    EXPECT_EQ(fsm.wanted({}, *due), serve);  // Nobody waits for it.
    EXPECT_EQ(fsm.upkeep(*due), wait);
  }
}

TEST(AccountFsmUpkeep, AnIdleTokenIsLeftToExpire) {
  account_fsm fsm = holding(terms(1, 1h));
  EXPECT_EQ(fsm.upkeep(start + 59min), wait);
  EXPECT_FALSE(fsm.next_upkeep(start + 59min));
  EXPECT_EQ(fsm.wanted(strict(1s), start + 59min), serve);
  EXPECT_EQ(fsm.upkeep(start + 59min), start_rotation);  // In use again, and late.
}

TEST(AccountFsmUpkeep, WhereANewTokenKillsTheOldOneNothingIsRenewedAhead) {
  account_fsm fsm = holding(terms(1, 1h), rotation::exclusive);
  EXPECT_EQ(fsm.wanted({}, start), serve);
  EXPECT_FALSE(fsm.next_upkeep(start));
  EXPECT_EQ(fsm.upkeep(start + 59min), wait);
}

TEST(AccountFsmUpkeep, R24_TheRefreshTokenOfAnIdleAccountIsUsedBeforeItDies) {
  for (const rotation each : {rotation::coexisting, rotation::exclusive}) {
    account_fsm fsm(each);
    fsm.adopt(mortal(1, 720h), 0.5);
    const auto due = fsm.next_upkeep(start + 2h);
    ASSERT_TRUE(due);
    EXPECT_GE(*due, start + 540h);
    EXPECT_LE(*due, start + 648h);
    EXPECT_EQ(fsm.upkeep(*due), start_rotation);
    fsm.refresh_failed(failure(token_failure::kind::transient), *due, 0.5);
    const auto again = fsm.next_upkeep(*due);
    ASSERT_TRUE(again);
    EXPECT_EQ(again, fsm.next_attempt());
    EXPECT_EQ(fsm.upkeep(*again), start_rotation);
  }
}

TEST(AccountFsmUpkeep, WithoutARefreshTokenThereIsNothingToDo) {
  token_terms held = mortal(1, 720h);
  held.refreshable = false;
  account_fsm fsm = holding(held);
  EXPECT_EQ(fsm.wanted({}, start), serve);
  EXPECT_FALSE(fsm.next_upkeep(start));
}

TEST(AccountFsmUpkeep, R21_TenThousandAccountsDoNotComeInTheSameSecond) {
  std::map<std::int64_t, int> each_second;
  for (int i = 0; i < 10'000; ++i) {
    account_fsm fsm(rotation::coexisting);
    fsm.adopt(terms(1, 1h), i / 10'000.0);
    ASSERT_EQ(fsm.wanted({}, start), serve);
    ++each_second[std::chrono::floor<seconds>(*fsm.next_upkeep(start) - start).count()];
  }
  EXPECT_GT(each_second.size(), 500U);
  for (const auto& [second, count] : each_second) EXPECT_LT(count, 30);
}

TEST(AccountFsmUpkeep, R7_AGrantThatIsNotSavedIsTriedAgainEverMoreRarely) {
  account_fsm fsm = holding(terms(1, 1h), rotation::exclusive);
  EXPECT_EQ(fsm.wanted(after_401(1), start), start_rotation);
  fsm.answered();
  boot_time now = start;
  for (int tries = 0; tries < 20; ++tries) {
    EXPECT_EQ(fsm.state(), saving);
    EXPECT_EQ(fsm.wanted({}, now), wait);
    fsm.save_failed(fault(errc::store_locked, "the keyring is locked"), now, 0.999);
    EXPECT_EQ(fsm.state(), unsaved);
    EXPECT_EQ(fsm.wanted({}, now), refuse);  // The token in hand may be dead already.
    EXPECT_EQ(fsm.refusal().code, errc::store_locked);
    EXPECT_TRUE(fsm.refusal().retry_after);
    ASSERT_TRUE(fsm.next_attempt());
    EXPECT_LE(*fsm.next_attempt(), now + 30s);
    EXPECT_EQ(fsm.next_upkeep(now), fsm.next_attempt());
    now = *fsm.next_attempt();
    EXPECT_EQ(tries % 2 == 0 ? fsm.wanted({}, now) : fsm.upkeep(now), start_save);
  }
  EXPECT_GT(now, start + 5min);
  fsm.adopt(terms(2, 1h, now), 0.5);
  EXPECT_EQ(fsm.wanted({}, now), serve);
}

TEST(AccountFsmUpkeep, WhereTokensCoexistTheOldOneServesWhileTheNewOneIsNotSaved) {
  account_fsm fsm = holding(terms(1, 1h));
  EXPECT_EQ(fsm.wanted(after_401(1), start), start_rotation);
  fsm.answered();
  EXPECT_EQ(fsm.wanted({}, start), serve);
  fsm.save_failed(fault(errc::internal, "the disk is full"), start, 0.5);
  EXPECT_EQ(fsm.wanted({}, start), serve);
  EXPECT_EQ(fsm.wanted(after_401(1), start), refuse);
}

TEST(AccountFsmUpkeep, EventsThatComeTooLateChangeNothing) {
  account_fsm fsm = holding(terms(1, 1h));
  fsm.drained();
  EXPECT_EQ(fsm.state(), fresh);
  fsm.forget();
  fsm.drained();
  fsm.save_failed(fault(errc::internal, "late"), start, 0.5);
  fsm.refresh_failed(failure(token_failure::kind::dead_grant), start, 0.5);
  EXPECT_EQ(fsm.state(), logged_out);
}

}  // namespace
}  // namespace latchkey
