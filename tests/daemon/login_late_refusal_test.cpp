// The tokens of a login that is refused at its end. Some providers end all that a person has given a client when one
// token of it is revoked, so they are revoked only where nothing older would die with them.
#include "tests/daemon/account_fixture.h"

namespace latchkey {
namespace {

class LoginLateRefusalTest : public AccountTest {
 protected:
  /// The redirect comes, and the token endpoint has the code.
  void login_goes_on() {
    account::code_exchange exchange;
    exchange.server = providers_.known(config());
    exchange.code = secret("the-code");
    exchange.redirect_uri = "http://127.0.0.1:40123/callback";
    exchange.asked = {"read"};
    exchange.bound_to = grant_binding(config());
    world_.http.hold();
    boost::asio::co_spawn(context_, finish(std::move(exchange)), boost::asio::detached);
    settle();
    sent_before_ = world_.http.sent();
  }
  task<> finish(account::code_exchange exchange) { ended_ = co_await account_->finish_login(std::move(exchange)); }
  void tokens_come() {
    world_.http.answer(200, token_json(9));
    world_.http.answer(200, "");
    world_.http.release();
    settle();
    ASSERT_TRUE(ended_ && !*ended_);
    EXPECT_EQ(ended_->error().code, errc::login_failed);
  }
  void client_changes() {
    account_config other = config();
    other.client_id = "another";
    account_->reconfigure(std::move(other));
  }
  void expect_revoked() {
    ASSERT_EQ(world_.http.sent(), sent_before_ + 1);
    EXPECT_NE(world_.http.requests.back().find("revoke token=refresh-9"), std::string::npos);
  }
  void expect_left_to_expire() { EXPECT_EQ(world_.http.sent(), sent_before_); }

  std::size_t sent_before_ = 0;
  std::optional<result<>> ended_;
};

TEST_F(LoginLateRefusalTest, C9_AnOlderGrantOfTheSameClientIsNotEndedWithTheNewTokens) {
  given_a_grant();
  login_goes_on();
  client_changes();
  tokens_come();
  expect_left_to_expire();
  EXPECT_EQ(stored().refresh_token, secret("refresh-1")) << "it is used again where the change is taken back";
}

TEST_F(LoginLateRefusalTest, C9_AnOlderGrantInMemoryIsNotEndedEither) {
  given_a_grant();
  ask();
  settle();
  login_goes_on();
  account_->retire();
  tokens_come();
  expect_left_to_expire();
  account_->reinstate();
  ask();
  settle();
  EXPECT_EQ(served_, (std::vector<std::string>{"access-1", "access-1"}));
}

TEST_F(LoginLateRefusalTest, C9_WhereTheStoreDoesNotTellWhetherThereIsAnOlderGrantNothingIsRevoked) {
  given_a_grant();
  login_goes_on();
  account_->retire();
  world_.store.load_fault = fault(errc::store_locked, "the keyring is locked");
  tokens_come();
  expect_left_to_expire();
}

TEST_F(LoginLateRefusalTest, C9_WithoutAnOlderGrantTheNewTokensAreRevoked) {
  login_goes_on();
  account_->retire();
  tokens_come();
  expect_revoked();
}

TEST_F(LoginLateRefusalTest, C9_AnOlderGrantOfAnotherClientIsNoReasonToKeepTheNewTokens) {
  given_a_grant();
  grant another = stored();
  another.bound_to = "another client";
  world_.store.records[grant_id()].value = encode_grant(another);
  login_goes_on();
  client_changes();
  tokens_come();
  expect_revoked();
}

TEST_F(LoginLateRefusalTest, C9_AnOlderGrantThatIsDeadIsNoReasonEither) {
  given_a_grant();
  world_.clock.advance(seconds(3600));
  world_.http.answer(400, R"({"error":"invalid_grant"})");
  ask();
  settle();
  ASSERT_EQ(account_->view().state, "login_required");
  login_goes_on();
  account_->retire();
  tokens_come();
  expect_revoked();
}

TEST_F(LoginLateRefusalTest, C9_AnAccountThatWasRemovedMeanwhileHasNoOlderGrantLeft) {
  given_a_grant();
  login_goes_on();
  account_->retire();
  boost::asio::co_spawn(context_, account_->erase(), boost::asio::detached);
  settle();
  tokens_come();
  expect_revoked();
}

}  // namespace
}  // namespace latchkey
