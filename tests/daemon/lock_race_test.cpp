// Locks at the worst moments: while something has been planned, decided or asked for, and has not begun yet.
#include <gmock/gmock.h>

#include <boost/asio/post.hpp>

#include "core/dpop.h"
#include "tests/daemon/lock_fixture.h"

namespace latchkey {
namespace {

using nlohmann::json;
using testing::HasSubstr;

TEST_F(LockTest, WhatWasPlannedBeforeTheLockWaitsForTheGrantAfterIt) {
  ask();
  settle();
  error_of("Lock");
  error_of("Unlock");
  world_.clock.advance(seconds(3500));
  account_->upkeep();
  settle();
  ASSERT_EQ(world_.http.sent(), 0U) << "a refresh without a token: " << world_.http.requests[0];
  world_.http.answer(200, token_json(2));
  ask();
  settle();
  EXPECT_EQ(served_, (std::vector<std::string>{"access-1", "access-2"}));
}

TEST_F(LockTest, ARefreshThatWasDecidedAndHasNotBegunKeepsItsToken) {
  ask();
  settle();
  world_.clock.advance(seconds(3600));
  {
    const in_progress keeps_the_lock_looking = account_->in_use();
    broker_.session_is(session_state::locked);
    settle();
    broker_.session_is(session_state::unlocked);
  }
  world_.http.answer(200, token_json(2));
  world_.clock.advance(seconds(1));  // The lock's next look is due, …
  const varlink::call request{"GetToken", work(), false, false, {}, 0, {}};
  EXPECT_FALSE(interface_.methods.at("GetToken").answer_now(request));
  ask();
  broker_.session_is(session_state::locked);  // … and comes before the refresh.
  settle();
  world_.clock.advance(seconds(1));
  settle();
  ASSERT_EQ(world_.http.sent(), 1U);
  EXPECT_THAT(world_.http.requests[0], HasSubstr("refresh_token=refresh-1"));
  EXPECT_EQ(stored().refresh_token, secret("refresh-2"));
  EXPECT_TRUE(account_->current().refresh_token.empty());
}

TEST_F(LockTest, WhoWaitedForAnothersReadOfTheStoreDoesNotReadItAgainBehindTheLock) {
  broadcast read(context_.get_executor());
  int reads = 0;
  world_.store.before_loaded = [&] {
    ++reads;
    return read.wait();
  };
  ask();
  ask();
  settle();
  broker_.session_is(session_state::locked);
  settle();
  read.notify_all();
  world_.clock.advance(seconds(1));  // The lock's next look comes between the two.
  settle();
  read.notify_all();
  settle();
  EXPECT_EQ(reads, 1);
  EXPECT_TRUE(account_->current().access_token.empty());
  ASSERT_EQ(faults_.size(), 2U);
  EXPECT_EQ(faults_[0].code, errc::store_locked);
  EXPECT_EQ(faults_[1].code, errc::store_locked);
}

TEST_F(LockTest, WhoWaitsWhileItIsLockedAndUnlockedGetsWhatTheStoreHas) {
  world_.clock.advance(seconds(3550));  // Good for a caller where a refresh fails.
  world_.http.hold();
  ask();
  settle();
  broker_.session_is(session_state::locked);
  settle();
  broker_.session_is(session_state::unlocked);
  ask();
  settle();
  world_.http.answer(503, "{}");
  world_.http.release();
  world_.clock.advance(seconds(1));
  boost::asio::post(context_, [this] { broker_.session_is(session_state::unlocked); });
  broker_.session_is(session_state::locked);  // Wakes the caller last.
  settle();
  EXPECT_EQ(faults_.size(), 1U);
  EXPECT_EQ(served_, std::vector<std::string>{"access-1"});
}

TEST_F(LockTest, AProofWhoseKeyCameAfterTheLockIsNotGiven) {
  grant bound = granted(1, world_.clock.now().wall);
  bound.token_type = "DPoP";
  world_.store.records[grant_id()].value = encode_grant(bound);
  stored_record& key = world_.store.records[{"work", record_kind::dpop_key}];
  key.value = dpop_key::generate().text();
  key.version = 1;
  ask();
  settle();
  broadcast read(context_.get_executor());
  world_.store.before_loaded = [&] { return read.wait(); };
  EXPECT_FALSE(ask_broker("SignDpop", {{"account", "work"}, {"method", "GET"}, {"url", "https://api.example/"}}));
  const auto proof = last_;
  EXPECT_FALSE(ask_broker("Lock")) << "done, and the key is yet to come into memory";
  const auto locking = last_;
  read.notify_all();
  settle();
  ASSERT_TRUE(*proof);
  EXPECT_EQ((*proof)->error, locked) << (*proof)->parameters;
  world_.clock.advance(seconds(1));
  settle();
  EXPECT_TRUE(*locking);
}

}  // namespace
}  // namespace latchkey
