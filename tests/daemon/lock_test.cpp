// What a locked daemon forgets, refuses, finishes and still knows.
#include "daemon/lock_keeper.h"

#include <gmock/gmock.h>

#include "core/limits.h"
#include "tests/daemon/lock_fixture.h"

namespace latchkey {
namespace {

using nlohmann::json;
using testing::HasSubstr;

TEST_F(LockTest, EveryCallThatNeedsASecretIsToldThatItIsLockedAndHowToUnlock) {
  EXPECT_EQ(error_of("Lock"), "");
  const json key{{"account", "work"}, {"key", {{"name", "bot"}}}};
  const std::vector<std::pair<std::string, json>> calls{
      {"GetToken", work()},
      {"Login", {{"account", "work"}, {"flow", "url"}}},
      {"FinishLogin", {{"account", "work"}, {"redirect_url", "http://127.0.0.1/callback?code=x"}}},
      {"Logout", {{"account", "work"}, {"revoke", false}}},
      {"SignDpop", {{"account", "work"}, {"method", "GET"}, {"url", "https://api.example/"}}},
      {"UserInfo", work()},
      {"ListFastApiKeys", work()},
      {"CreateFastApiKey", {{"account", "work"}, {"key", {{"name", "bot"}}}, {"reveal", false}}},
      {"UpdateFastApiKey", key},
      {"DeleteFastApiKey", {{"account", "work"}, {"name", "bot"}}},
      {"CallExchange", {{"account", "work"}, {"key", "bot"}, {"method", "Balance"}}},
  };
  for (const auto& [method, parameters] : calls) {
    const auto given = ask_broker(method, parameters);
    ASSERT_TRUE(given) << method;
    EXPECT_EQ(given->error, locked) << method << given->parameters;
    EXPECT_THAT(given->parameters.dump(), HasSubstr("latchkey unlock")) << method;
  }
  EXPECT_EQ(world_.http.sent(), 0U);
}

TEST_F(LockTest, ATokenThatWasInMemoryIsNotThereAnyMoreAndComesBackFromTheStore) {
  ask();
  settle();
  ASSERT_EQ(account_->current().access_token.reveal(), "access-1");
  EXPECT_EQ(error_of("Lock"), "");
  EXPECT_TRUE(account_->current().access_token.empty());
  EXPECT_TRUE(account_->current().refresh_token.empty());
  const varlink::call request{"GetToken", work(), false, false, {}, 0, {}};
  EXPECT_EQ(interface_.methods.at("GetToken").answer_now(request).value().error, locked);
  EXPECT_EQ(error_of("Unlock"), "");
  ask();
  settle();
  EXPECT_EQ(served_, (std::vector<std::string>{"access-1", "access-1"}));
  EXPECT_EQ(world_.http.sent(), 0U);
}

TEST_F(LockTest, StatusStillTellsWhatWasKnownAndDoesNotReadTheStore) {
  ask();
  settle();
  world_.store.load_fault = fault(errc::internal, "read while it was locked");
  error_of("Lock");
  EXPECT_EQ(status().at("locked"), true);
  EXPECT_EQ(status().at("locked_since"), world_.clock.now().wall.time_since_epoch().count());
  EXPECT_EQ(account_in_status().at("state"), "fresh");
  EXPECT_EQ(account_in_status().at("generation"), 1);
  EXPECT_EQ(account_in_status().at("has_refresh_token"), true);
  EXPECT_FALSE(account_in_status().contains("next_action"));
  world_.store.load_fault.reset();
  error_of("Unlock");
  EXPECT_EQ(status().at("locked"), false);
  EXPECT_FALSE(status().contains("locked_since"));
}

TEST_F(LockTest, AnAccountThatNobodyHasAskedForIsUnknownUntilUnlocked) {
  error_of("Lock");
  EXPECT_EQ(account_in_status().at("state"), "unavailable");
  EXPECT_THAT(account_in_status().at("reason").get<std::string>(), HasSubstr("latchkey unlock"));
  error_of("Unlock");
  EXPECT_EQ(account_in_status().at("state"), "fresh");
}

TEST_F(LockTest, ARefreshUnderWayIsStoredBeforeItIsForgotten) {
  world_.clock.advance(seconds(3600));
  world_.http.hold();
  ask();
  settle();
  ASSERT_EQ(world_.http.sent(), 1U);
  EXPECT_FALSE(ask_broker("Lock")) << "it does not wait for the refresh";
  const auto locking = last_;
  ASSERT_EQ(faults_.size(), 1U) << "who waited for the token is told at once";
  EXPECT_EQ(faults_[0].code, errc::store_locked);
  EXPECT_THAT(status().at("warnings").dump(), HasSubstr("under way"));
  world_.http.answer(200, token_json(2));
  world_.http.release();
  settle();
  world_.clock.advance(seconds(1));
  settle();
  ASSERT_TRUE(*locking);
  EXPECT_EQ(stored().refresh_token, secret("refresh-2"));
  EXPECT_TRUE(account_->current().access_token.empty());
  EXPECT_EQ(status().at("warnings"), json::array());
  error_of("Unlock");
  ask();
  settle();
  EXPECT_EQ(served_, std::vector<std::string>{"access-2"});
  EXPECT_EQ(world_.http.sent(), 1U);
}

TEST_F(LockTest, AGrantThatNoStoreTakesIsKeptUntilOneDoes) {
  world_.store.save_fault = fault(errc::internal, "the disk is full");
  world_.http.answer(200, token_json(2));
  world_.clock.advance(seconds(3600));
  ask();
  settle();
  EXPECT_FALSE(ask_broker("Lock"));
  const auto locking = last_;
  world_.clock.advance(limits::shutdown_patience + seconds(1));
  settle();
  EXPECT_TRUE(*locking) << "Lock waits for ever";
  EXPECT_TRUE(account_->holds_unsaved());
  world_.store.save_fault.reset();
  account_->upkeep();
  settle();
  world_.clock.advance(seconds(1));
  settle();
  EXPECT_EQ(stored().refresh_token, secret("refresh-2"));
  EXPECT_TRUE(account_->current().access_token.empty());
}

TEST_F(LockTest, ALoginUnderWayEnds) {
  EXPECT_FALSE(ask_broker("Login", {{"account", "work"}, {"flow", "url"}}));
  const auto login = last_;
  ASSERT_EQ(world_.listeners.open, 1);
  error_of("Lock");
  settle();
  ASSERT_TRUE(*login);
  EXPECT_EQ((*login)->error, locked);
  EXPECT_EQ(world_.listeners.open, 0);
}

TEST_F(LockTest, NothingIsRefreshedAheadOfTimeWhileLocked) {
  ask();
  settle();
  error_of("Lock");
  world_.clock.advance(seconds(3500));
  account_->upkeep();
  settle();
  EXPECT_EQ(world_.http.sent(), 0U);
}

TEST_F(LockTest, ARefreshTokenKnownToBeDeadIsSoAfterTheLock) {
  world_.clock.advance(seconds(3600));
  world_.http.answer(400, R"({"error":"invalid_grant"})");
  ask();
  settle();
  ASSERT_EQ(account_->view().state, "login_required");
  error_of("Lock");
  error_of("Unlock");
  ask();
  settle();
  ASSERT_EQ(faults_.size(), 2U);
  EXPECT_EQ(faults_[1].code, errc::login_required);
  EXPECT_EQ(world_.http.sent(), 1U) << "a dead refresh token was tried again";
}

TEST_F(LockTest, AGrantThatWentFromTheStoreMeanwhileIsGone) {
  ask();
  settle();
  error_of("Lock");
  world_.store.records.clear();
  error_of("Unlock");
  ask();
  settle();
  ASSERT_EQ(faults_.size(), 1U);
  EXPECT_EQ(faults_[0].code, errc::login_required);
  EXPECT_EQ(account_->view().state, "logged_out");
}

TEST_F(LockTest, TheSessionsUnlockEndsTheSessionsLock) {
  broker_.session_is(session_state::locked);
  settle();
  EXPECT_EQ(error_of("GetToken", work()), locked);
  broker_.session_is(session_state::unlocked);
  EXPECT_EQ(error_of("GetToken", work()), "");
}

TEST_F(LockTest, TheSessionsUnlockDoesNotEndALockThatAPersonAskedFor) {
  broker_.session_is(session_state::locked);
  error_of("Lock");
  broker_.session_is(session_state::unlocked);
  EXPECT_EQ(error_of("GetToken", work()), locked);
  error_of("Unlock");
  error_of("Lock");
  broker_.session_is(session_state::locked);
  broker_.session_is(session_state::unlocked);
  EXPECT_EQ(error_of("GetToken", work()), locked);
}

TEST_F(LockTest, EachLockAndUnlockIsTold) {
  int told = 0;
  broker_.on_lock_change = [&told] { ++told; };
  error_of("Lock");
  EXPECT_EQ(told, 1);
  error_of("Unlock");
  EXPECT_EQ(told, 2);
  broker_.session_is(session_state::locked);
  broker_.session_is(session_state::unlocked);
  EXPECT_EQ(told, 4);
}

TEST_F(LockTest, LockingTwiceAndUnlockingWhatIsNotLockedIsNoError) {
  EXPECT_EQ(error_of("Unlock"), "");
  EXPECT_EQ(error_of("Lock"), "");
  EXPECT_EQ(error_of("Lock"), "");
  EXPECT_EQ(error_of("Unlock"), "");
  EXPECT_EQ(error_of("GetToken", work()), "");
}

}  // namespace
}  // namespace latchkey
