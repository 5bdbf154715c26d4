#include "core/account_fsm.h"

#include <gtest/gtest.h>

#include "tests/core/account_fsm_builders.h"

namespace latchkey {
namespace {

using namespace support;
using namespace std::chrono_literals;
using enum account_action;
using enum account_state;

using kind = token_failure::kind;

// A machine whose refresh has just failed.
account_fsm failed(kind what, token_terms held, std::optional<seconds> retry_after = std::nullopt) {
  account_fsm fsm = holding(std::move(held));
  EXPECT_EQ(fsm.wanted(after_401(fsm.terms().generation), start), start_rotation);
  fsm.refresh_failed(failure(what, retry_after), start, 0.5);
  return fsm;
}

TEST(AccountFsm, WithoutAGrantALoginIsRequired) {
  account_fsm fsm(rotation::coexisting);
  EXPECT_EQ(fsm.state(), logged_out);
  EXPECT_EQ(fsm.wanted({}, start), refuse);
  EXPECT_EQ(fsm.refusal().code, errc::login_required);
  EXPECT_FALSE(fsm.life_left(start));
}

TEST(AccountFsm, AMissingScopeIsNamedWhateverElseHolds) {
  account_fsm fsm = holding(terms(1, 1h));
  token_wanted request;
  request.scopes = {"admin", "read", "pay"};
  EXPECT_EQ(fsm.wanted(request, start), refuse);
  EXPECT_EQ(fsm.refusal().code, errc::login_required);
  EXPECT_EQ(fsm.refusal().missing_scopes, (std::vector<std::string>{"admin", "pay"}));
  EXPECT_EQ(fsm.refusal().message, "the grant does not cover admin pay");
  request.scopes = {"write", "read"};
  EXPECT_EQ(fsm.wanted(request, start), serve);
  EXPECT_EQ(fsm.state(), fresh);
}

TEST(AccountFsm, ServesWhileTheTokenLivesLongEnough) {
  account_fsm fsm = holding(terms(1, 1h));
  EXPECT_EQ(fsm.wanted({}, start), serve);
  EXPECT_EQ(fsm.wanted({}, start + 1h - 60s), serve);
  EXPECT_EQ(fsm.wanted(strict(10min), start + 50min), serve);
  EXPECT_EQ(fsm.wanted({}, start + 1h - 60s + 1ns), start_rotation);
}

TEST(AccountFsm, AStrictCallerStartsARefreshWhereALenientOneIsServed) {
  account_fsm fsm = holding(terms(1, 1h));
  EXPECT_EQ(fsm.wanted({}, start + 50min + 1ns), serve);
  EXPECT_EQ(fsm.wanted(strict(10min), start + 50min + 1ns), start_rotation);
}

TEST(AccountFsm, AnUnknownLifetimeIsServedUntilSomeoneSawA401) {
  account_fsm fsm = holding(terms(3, std::nullopt));
  EXPECT_EQ(fsm.wanted(strict(24h), start + 24h * 3650), serve);
  EXPECT_EQ(fsm.wanted(after_401(3), start), start_rotation);
}

TEST(AccountFsm, AnExpiredTokenIsNotServedEvenToOneWhoAsksForNothing) {
  account_fsm fsm = holding(terms(1, 1h));
  EXPECT_EQ(fsm.wanted(strict(0s), start + 1h - 1ns), serve);
  EXPECT_EQ(fsm.wanted(strict(-5s), start + 1h - 1ns), serve);
  EXPECT_EQ(fsm.wanted(strict(0s), start + 1h), start_rotation);
}

TEST(AccountFsm, R1_AThousandCallersStartOneRefresh) {
  for (const rotation each : {rotation::coexisting, rotation::exclusive}) {
    account_fsm fsm = holding(terms(1, 1h), each);
    int started = 0;
    for (int i = 0; i < 1000; ++i) {
      const account_action action = fsm.wanted(i % 2 == 0 ? token_wanted() : strict(5min), start + 1h);
      if (action == start_rotation) ++started;
      EXPECT_EQ(action, i == 0 ? start_rotation : wait);
    }
    EXPECT_EQ(started, 1);
    EXPECT_EQ(fsm.state(), refreshing);
    fsm.adopt(terms(2, 1h, start + 1h), 0.5);
    for (int i = 0; i < 1000; ++i) EXPECT_EQ(fsm.wanted(strict(5min), start + 1h), serve);
  }
}

TEST(AccountFsm, R17_TwoAppsWithA401OfTheSameTokenStartOneRefresh) {
  account_fsm fsm = holding(terms(1, 4h), rotation::exclusive);
  EXPECT_EQ(fsm.wanted(after_401(1), start), start_rotation);
  EXPECT_EQ(fsm.wanted(after_401(1), start), wait);
  fsm.adopt(terms(2, 4h, start + 1s), 0.5);
  EXPECT_EQ(fsm.wanted(after_401(1), start + 1s), serve);
  EXPECT_EQ(fsm.terms().generation, 2U);
  EXPECT_EQ(fsm.wanted(after_401(2), start + 1s), start_rotation);
}

TEST(AccountFsm, DuringARefreshALivingTokenIsServedOnlyWhereItSurvivesTheRefresh) {
  account_fsm coexisting = holding(terms(1, 1h));
  EXPECT_EQ(coexisting.wanted(strict(30min), start + 31min), start_rotation);
  EXPECT_EQ(coexisting.wanted({}, start + 31min), serve);
  EXPECT_EQ(coexisting.wanted(after_401(1), start + 31min), wait);
  account_fsm exclusive = holding(terms(1, 1h), rotation::exclusive);
  EXPECT_EQ(exclusive.wanted(strict(30min), start + 31min), start_rotation);
  EXPECT_EQ(exclusive.wanted({}, start + 31min), wait);
}

TEST(AccountFsm, WithoutARefreshTokenTheReasonIsSaid) {
  token_terms held = terms(1, 1h);
  held.refreshable = false;
  account_fsm fsm = holding(held);
  EXPECT_EQ(fsm.wanted({}, start), serve);
  EXPECT_EQ(fsm.wanted({}, start + 1h), refuse);
  EXPECT_EQ(fsm.refusal().code, errc::login_required);
  EXPECT_EQ(fsm.refusal().message, "the token has expired, and the provider gave no refresh token");
  EXPECT_EQ(fsm.wanted(after_401(1), start), refuse);
  EXPECT_EQ(fsm.refusal().message, "the token was refused, and the provider gave no refresh token");
  EXPECT_EQ(fsm.wanted(strict(30min), start + 50min), refuse);
  EXPECT_EQ(fsm.refusal().message, "the token lives for 600 s more, and the provider gave no refresh token");
  EXPECT_EQ(fsm.state(), fresh);
}

TEST(AccountFsm, ATransientFailureBacksOffAndServesWhatLifeIsLeft) {
  account_fsm fsm = holding(terms(1, 1h));
  const boot_time late = start + 1h - 30s;
  EXPECT_EQ(fsm.wanted({}, late), start_rotation);
  fsm.refresh_failed(failure(kind::transient, 20s), late, 0.5);
  EXPECT_EQ(fsm.state(), backing_off);
  EXPECT_EQ(fsm.next_attempt(), late + 20s + 500ms);
  EXPECT_EQ(fsm.wanted({}, late), serve);
  EXPECT_EQ(fsm.wanted(strict(10s), late), serve);
  EXPECT_EQ(fsm.wanted(strict(31s), late), refuse);
  EXPECT_EQ(fsm.refusal().code, errc::temporarily_unavailable);
  EXPECT_EQ(fsm.refusal().retry_after, 21s);
  EXPECT_EQ(fsm.refusal().message, "the host is down");
  EXPECT_EQ(fsm.refusal().provider_text, "server text");
  EXPECT_EQ(fsm.wanted(after_401(1), late), refuse);
  EXPECT_EQ(fsm.wanted({}, late + 20s + 499ms), serve);
  EXPECT_EQ(fsm.wanted({}, late + 20s + 500ms), start_rotation);
}

TEST(AccountFsm, BackingOffWithAnExpiredTokenSaysWhenToComeBack) {
  account_fsm fsm = failed(kind::transient, terms(1, 2s));
  EXPECT_EQ(fsm.last_failure().code, errc::temporarily_unavailable);
  EXPECT_EQ(fsm.wanted(after_401(1), start + 100ms), refuse);
  EXPECT_EQ(fsm.refusal().retry_after, 1s);
  EXPECT_EQ(fsm.wanted({}, start + 2s), start_rotation);
}

TEST(AccountFsm, APermanentFailureIsToldAsItIsAndTriedAgainLater) {
  account_fsm fsm = failed(kind::permanent, terms(1, 1h));
  EXPECT_EQ(fsm.state(), backing_off);
  EXPECT_EQ(fsm.wanted({}, start), serve);
  EXPECT_EQ(fsm.wanted(after_401(1), start), refuse);
  EXPECT_EQ(fsm.refusal().code, errc::provider_error);
  EXPECT_FALSE(fsm.refusal().retry_after);
  EXPECT_EQ(fsm.wanted(after_401(1), start + 1s), start_rotation);
}

TEST(AccountFsm, R11_ADeadGrantNeedsALoginAndStartsNoRequestEverAgain) {
  account_fsm fsm = failed(kind::dead_grant, terms(1, 1h));
  EXPECT_EQ(fsm.state(), account_state::login_required);
  EXPECT_FALSE(fsm.next_attempt());
  EXPECT_EQ(fsm.wanted({}, start + 10min), serve);  // The access token may outlive the refresh token.
  EXPECT_EQ(fsm.wanted(after_401(1), start + 10min), refuse);
  EXPECT_EQ(fsm.refusal().code, errc::login_required);
  EXPECT_EQ(fsm.refusal().message, "the host is down");
  for (boot_time now = start + 1h; now < start + 25h; now += 1min) EXPECT_EQ(fsm.wanted({}, now), refuse);
  fsm.adopt(terms(2, 1h, start + 25h), 0.5);
  EXPECT_EQ(fsm.wanted({}, start + 25h), serve);
}

TEST(AccountFsm, R10_ANewerGrantFromTheStoreEndsTheRefresh) {
  account_fsm fsm = holding(terms(1, 1h));
  EXPECT_EQ(fsm.wanted({}, start + 1h), start_rotation);
  fsm.adopt(terms(5, 1h, start + 1h), 0.5);
  EXPECT_EQ(fsm.wanted({}, start + 1h), serve);
}

TEST(AccountFsm, R4_AFailureThatComesTooLateChangesNothing) {
  account_fsm fsm = holding(terms(1, 1h));
  EXPECT_EQ(fsm.wanted({}, start + 1h), start_rotation);
  fsm.forget();
  fsm.refresh_failed(failure(kind::dead_grant), start + 1h, 0.5);
  EXPECT_EQ(fsm.state(), logged_out);
  EXPECT_EQ(fsm.terms().generation, 0U);
  fsm.adopt(terms(2, 1h, start + 1h), 0.5);
  fsm.refresh_failed(failure(kind::dead_grant), start + 1h, 0.5);
  EXPECT_EQ(fsm.state(), fresh);
}

TEST(AccountFsm, ForgettingKeepsTheKindOfProvider) {
  account_fsm fsm = holding(terms(1, 1h), rotation::exclusive);
  fsm.forget();
  fsm.adopt(terms(2, 1h), 0.5);
  EXPECT_EQ(fsm.wanted(strict(30min), start + 31min), start_rotation);
  EXPECT_EQ(fsm.wanted({}, start + 31min), wait);
}

TEST(AccountFsm, LifeLeftIsNeverNegative) {
  account_fsm fsm = holding(terms(1, 1h));
  EXPECT_EQ(fsm.life_left(start), 1h);
  EXPECT_EQ(fsm.life_left(start + 24h), 0s);
}

TEST(AccountFsm, EveryStateHasItsName) {
  EXPECT_EQ(to_string(logged_out), "logged_out");
  EXPECT_EQ(to_string(fresh), "fresh");
  EXPECT_EQ(to_string(refreshing), "refreshing");
  EXPECT_EQ(to_string(draining), "draining");
  EXPECT_EQ(to_string(saving), "saving");
  EXPECT_EQ(to_string(unsaved), "unsaved");
  EXPECT_EQ(to_string(backing_off), "backing_off");
  EXPECT_EQ(to_string(account_state::login_required), "login_required");
}

}  // namespace
}  // namespace latchkey
