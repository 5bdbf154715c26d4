// An account that is changed or removed while the person is at its login: what they agreed to is used for nothing else.
#include "tests/daemon/account_fixture.h"

namespace latchkey {
namespace {

class LoginChangeTest : public AccountTest {
 protected:
  LoginChangeTest() : bound_to_(grant_binding(account_->config())) {}

  void redirect_comes() {
    account::code_exchange exchange;
    exchange.server = providers_.known(config());
    exchange.code = secret("the-code");
    exchange.redirect_uri = "http://127.0.0.1:40123/callback";
    exchange.asked = {"read"};
    exchange.bound_to = bound_to_;
    boost::asio::co_spawn(context_, finish(std::move(exchange)), boost::asio::detached);
    settle();
  }

  task<> finish(account::code_exchange exchange) { ended_ = co_await account_->finish_login(std::move(exchange)); }

  void device_is_asked_about() {
    account::device_question question;
    question.server = providers_.known(config());
    question.device_code = secret("the-device-code");
    question.asked = {"read"};
    question.bound_to = bound_to_;
    boost::asio::co_spawn(context_, ask_device(std::move(question)), boost::asio::detached);
    settle();
  }

  task<> ask_device(account::device_question question) {
    const auto refused = co_await account_->poll_device(std::move(question));
    ended_ = refused ? result<>(refused->why) : result<>();
  }

  void client_changes() {
    account_config other = config();
    other.client_id = "another";
    account_->reconfigure(std::move(other));
  }

  void expect_no_grant(std::string_view because) {
    ASSERT_TRUE(ended_ && !*ended_);
    EXPECT_EQ(ended_->error().code, errc::login_failed);
    EXPECT_NE(ended_->error().message.find(because), std::string::npos) << ended_->error().message;
    EXPECT_TRUE(world_.store.records.empty());
  }

  std::string bound_to_;
  std::optional<result<>> ended_;
};

TEST_F(LoginChangeTest, C9_ACodeForAnotherClientThanTheAccountHasNowIsNotSent) {
  client_changes();
  redirect_comes();
  expect_no_grant("was changed while its login was under way");
  device_is_asked_about();
  expect_no_grant("was changed while its login was under way");
  EXPECT_EQ(world_.http.sent(), 0U);
}

TEST_F(LoginChangeTest, C9_TokensThatComeAfterTheChangeAreRevokedAndNotStored) {
  world_.http.hold();
  redirect_comes();
  client_changes();
  world_.http.answer(200, token_json(1));
  world_.http.answer(200, "");
  world_.http.release();
  settle();
  expect_no_grant("was changed");
  ASSERT_EQ(world_.http.sent(), 2U);
  EXPECT_TRUE(world_.http.requests[1].starts_with("POST https://id.example/revoke ")) << world_.http.requests[1];
  EXPECT_NE(world_.http.requests[1].find("refresh-1"), std::string::npos);
}

TEST_F(LoginChangeTest, C9_ALoginOfAnAccountThatWasRemovedMeanwhileLeavesNoGrant) {
  account_->retire();
  redirect_comes();
  expect_no_grant("was removed while its login was under way");
  device_is_asked_about();
  expect_no_grant("was removed");
  EXPECT_EQ(world_.http.sent(), 0U);
}

TEST_F(LoginChangeTest, C9_AChangeOfWhatTheGrantIsNotBoundToLetsTheLoginEndWell) {
  account_config wider = config();
  wider.scopes.emplace_back("write");
  account_->reconfigure(std::move(wider));
  world_.http.answer(200, token_json(1));
  redirect_comes();
  ASSERT_TRUE(ended_ && *ended_);
  EXPECT_EQ(stored().refresh_token, secret("refresh-1"));
}

}  // namespace
}  // namespace latchkey
