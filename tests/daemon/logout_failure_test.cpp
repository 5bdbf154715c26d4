// A logout that fails, or that something comes in between of: the store forgets first and the account after it, and no
// token is lost or left behind.
#include <boost/asio/cancellation_signal.hpp>

#include "tests/daemon/account_fixture.h"

namespace latchkey {
namespace {

class LogoutFailureTest : public AccountTest {
 protected:
  LogoutFailureTest() : erase_now_(context_.get_executor()) { given_a_grant(); }

  task<> leaver(bool revoke) { ended_ = co_await account_->logout(revoke); }
  void log_out(bool revoke) {
    boost::asio::co_spawn(context_, leaver(revoke),
                          boost::asio::bind_cancellation_slot(leave_.slot(), [](auto&&...) {}));
    settle();
  }
  /// Somebody needs a new token, and the answer is on its way.
  void given_a_refresh_in_flight() {
    world_.clock.advance(seconds(3600));
    world_.http.hold();
    ask();
    settle();
    ASSERT_EQ(world_.http.sent(), 1U);
  }
  void answer_comes() {
    world_.http.answer(200, token_json(2));
    world_.http.release();
    settle();
  }
  /// Erasures wait for erasure_ends().
  void hold_erasures() {
    world_.store.before_erased = [this]() -> task<> { co_await erase_now_.wait(); };
  }
  void erasure_ends() {
    world_.store.before_erased = nullptr;
    erase_now_.notify_all();
    settle();
  }
  void store_locks() { world_.store.save_fault = fault(errc::store_locked, "the keyring is locked"); }
  void store_unlocks() { world_.store.save_fault.reset(); }
  void expect_failed() {
    ASSERT_TRUE(ended_ && !*ended_);
    EXPECT_EQ(ended_->error().code, errc::store_locked);
  }
  void expect_logged_out() {
    ASSERT_TRUE(ended_ && *ended_);
    EXPECT_FALSE(world_.store.records.contains(grant_id()));
    EXPECT_EQ(account_->view().state, "logged_out");
  }

  broadcast erase_now_;
  boost::asio::cancellation_signal leave_;
  std::optional<result<logout_outcome>> ended_;
};

TEST_F(LogoutFailureTest, R4_ARefreshAnsweredAfterAFailedLogoutIsKept) {
  given_a_refresh_in_flight();
  store_locks();
  log_out(false);
  expect_failed();
  store_unlocks();
  answer_comes();
  EXPECT_EQ(stored().refresh_token, secret("refresh-2"));
  EXPECT_EQ(served_, std::vector<std::string>{"access-2"});
  EXPECT_EQ(world_.http.sent(), 1U) << "nothing is revoked";
  EXPECT_TRUE(faults_.empty());
}

TEST_F(LogoutFailureTest, R4_ARefreshAnsweredWhileTheErasureRunsIsKeptWhereThatFails) {
  given_a_refresh_in_flight();
  hold_erasures();
  log_out(false);
  answer_comes();
  EXPECT_EQ(world_.store.saves, 0) << "it would put the grant back";
  store_locks();
  world_.store.on_save = [this] { store_unlocks(); };
  erasure_ends();
  expect_failed();
  EXPECT_EQ(stored().refresh_token, secret("refresh-2"));
  EXPECT_EQ(served_, std::vector<std::string>{"access-2"});
  EXPECT_EQ(world_.http.sent(), 1U);
}

TEST_F(LogoutFailureTest, R4_ARefreshAnsweredWhileTheErasureRunsIsRevokedWhereThatSucceeds) {
  given_a_refresh_in_flight();
  hold_erasures();
  log_out(false);
  world_.http.answer(200, token_json(2));
  world_.http.answer(200, "");
  world_.http.release();
  settle();
  EXPECT_TRUE(served_.empty());
  erasure_ends();
  expect_logged_out();
  ASSERT_EQ(world_.http.sent(), 2U);
  EXPECT_NE(world_.http.requests[1].find("https://id.example/revoke token=refresh-2"), std::string::npos);
  EXPECT_TRUE(served_.empty());
  ASSERT_EQ(faults_.size(), 1U);
  EXPECT_EQ(faults_[0].code, errc::login_required);
}

TEST_F(LogoutFailureTest, WhoAsksWhileTheErasureRunsIsServedWhereItFails) {
  ask();
  settle();
  hold_erasures();
  log_out(false);
  EXPECT_FALSE(account_->answers_now({}));
  ask();
  settle();
  EXPECT_EQ(served_.size(), 1U);
  EXPECT_TRUE(faults_.empty());
  store_locks();
  world_.store.load_fault = world_.store.save_fault;
  erasure_ends();
  expect_failed();
  EXPECT_EQ(served_, (std::vector<std::string>{"access-1", "access-1"})) << "what it had in memory is still good";
  EXPECT_TRUE(faults_.empty());
  EXPECT_TRUE(events_.empty());
}

TEST_F(LogoutFailureTest, WhoAsksWhileTheErasureRunsIsRefusedWhereItSucceeds) {
  hold_erasures();
  log_out(false);
  ask();
  settle();
  EXPECT_TRUE(faults_.empty());
  erasure_ends();
  expect_logged_out();
  ASSERT_EQ(faults_.size(), 1U);
  EXPECT_EQ(faults_[0].code, errc::login_required);
}

TEST_F(LogoutFailureTest, NoRefreshBeginsWhileTheErasureRuns) {
  hold_erasures();
  log_out(false);
  world_.clock.advance(seconds(3600));
  ask();
  account_->upkeep();
  settle();
  EXPECT_EQ(world_.http.sent(), 0U);
  erasure_ends();
  expect_logged_out();
  EXPECT_EQ(world_.http.sent(), 0U);
}

TEST_F(LogoutFailureTest, ALoginThatEndsWhileTheErasureRunsCounts) {
  hold_erasures();
  log_out(false);
  account::code_exchange exchange;
  exchange.server = providers_.known(config());
  exchange.code = secret("the-code");
  exchange.redirect_uri = "http://127.0.0.1:40123/callback";
  exchange.bound_to = grant_binding(config());
  world_.http.answer(200, token_json(9));
  boost::asio::co_spawn(context_, account_->finish_login(std::move(exchange)), boost::asio::detached);
  settle();
  EXPECT_EQ(stored().refresh_token, secret("refresh-9"));
  erasure_ends();
  ASSERT_TRUE(ended_ && *ended_);
  ask();
  settle();
  EXPECT_EQ(served_, std::vector<std::string>{"access-9"});
  EXPECT_EQ(world_.http.sent(), 1U) << "the new grant is not revoked";
}

TEST_F(LogoutFailureTest, ATokenThatARefreshBringsDuringTheRevocationIsRevokedToo) {
  given_a_refresh_in_flight();
  log_out(true);
  ASSERT_EQ(world_.http.sent(), 2U);
  world_.http.answer(200, token_json(2));
  world_.http.answer(200, "");
  world_.http.answer(200, "");
  world_.http.release();
  settle();
  expect_logged_out();
  EXPECT_TRUE((*ended_)->revoked);
  ASSERT_EQ(world_.http.sent(), 3U);
  EXPECT_NE(world_.http.requests[1].find("revoke token=refresh-1"), std::string::npos);
  EXPECT_NE(world_.http.requests[2].find("revoke token=refresh-2"), std::string::npos);
}

TEST_F(LogoutFailureTest, AClientThatLeavesAfterTheRevocationWasSentLeavesNoDeadGrantBehind) {
  world_.http.hold();
  log_out(true);
  ASSERT_EQ(world_.http.sent(), 1U);
  leave_.emit(boost::asio::cancellation_type::terminal);
  settle();
  EXPECT_TRUE(account_->busy());
  world_.http.answer(200, "");
  world_.http.release();
  settle();
  EXPECT_FALSE(world_.store.records.contains(grant_id()));
  EXPECT_EQ(account_->view().state, "logged_out");
  EXPECT_FALSE(account_->busy());
}

}  // namespace
}  // namespace latchkey
