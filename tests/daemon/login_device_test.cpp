#include "daemon/login_device.h"

#include <gmock/gmock.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include "tests/daemon/account_fixture.h"

namespace latchkey {
namespace {

namespace asio = boost::asio;
using testing::HasSubstr;

class LoginDeviceTest : public AccountTest {
 protected:
  LoginDeviceTest() {
    server_ = providers_.known(config());
    server_.device_authorization_endpoint = "https://id.example/device";
  }

  void start() {
    login_order order;
    order.who = account_;
    order.server = server_;
    order.bound_to = grant_binding(account_->config());
    order.scopes = {"read"};
    order.on_progress = [this](login_progress progress) { return note(std::move(progress)); };
    asio::co_spawn(context_, log_in(std::move(order)), asio::bind_cancellation_slot(leave_.slot(), asio::detached));
    settle();
  }

  void start_with_a_code() {
    world_.http.answer(200, R"({"device_code":"the-device-code","user_code":"WDJB-MJHT",)"
                            R"("verification_uri":"https://id.example/d","expires_in":60,"interval":5})");
    start();
  }

  task<> note(login_progress progress) {
    progress_.push_back(std::move(progress));
    co_return;
  }

  task<> log_in(login_order order) { ended_ = co_await login_device(world_.ports(), std::move(order)); }

  void pass(int whole_seconds) {
    world_.clock.advance(seconds(whole_seconds));
    settle();
  }

  void will_say(std::string_view error) { world_.http.answer(400, R"({"error":")" + std::string(error) + "\"}"); }

  provider server_;
  asio::cancellation_signal leave_;
  std::vector<login_progress> progress_;
  std::optional<result<>> ended_;
};

TEST_F(LoginDeviceTest, TellsTheCodeAsksAtTheIntervalAndStoresTheGrant) {
  start_with_a_code();
  ASSERT_EQ(progress_.size(), 1U);
  EXPECT_EQ(progress_[0].state, "user_code");
  EXPECT_EQ(progress_[0].user_code, "WDJB-MJHT");
  EXPECT_EQ(progress_[0].verification_uri, "https://id.example/d");
  EXPECT_EQ(progress_[0].expires_at, world_.clock.now().wall + seconds(60));
  EXPECT_THAT(world_.http.requests[0], HasSubstr("scope=read"));

  pass(4);
  EXPECT_EQ(world_.http.sent(), 1U);
  will_say("authorization_pending");
  pass(1);
  EXPECT_EQ(world_.http.sent(), 2U);
  EXPECT_THAT(world_.http.requests[1], HasSubstr("device_code=the-device-code"));
  world_.http.answer(200, token_json(1));
  pass(5);
  ASSERT_TRUE(ended_ && *ended_);
  EXPECT_EQ(stored().refresh_token, secret("refresh-1"));
  EXPECT_EQ(stored().scopes, scope_list{"read"});
  EXPECT_EQ(events_, std::vector<std::string>{"logged_in"});
}

TEST_F(LoginDeviceTest, AProviderWithoutTheFlowIsSaidToHaveNone) {
  server_.device_authorization_endpoint.clear();
  start();
  ASSERT_TRUE(ended_ && !*ended_);
  EXPECT_EQ(ended_->error().code, errc::bad_request);
  EXPECT_THAT(ended_->error().message, HasSubstr("latchkey login work --no-browser"));
  EXPECT_EQ(world_.http.sent(), 0U);
}

TEST_F(LoginDeviceTest, V3_V4_RefusalsEndItAndNothingIsAskedAnyMore) {
  for (const auto& [error, code] :
       {std::pair("expired_token", errc::login_expired), std::pair("access_denied", errc::access_denied)}) {
    ended_.reset();
    start_with_a_code();
    will_say(error);
    pass(5);
    ASSERT_TRUE(ended_ && !*ended_) << error;
    EXPECT_EQ(ended_->error().code, code);
    const std::size_t sent = world_.http.sent();
    pass(60);
    EXPECT_EQ(world_.http.sent(), sent);
  }
}

TEST_F(LoginDeviceTest, V5_NoAnswerIsToldAndTheLoginGoesOn) {
  start_with_a_code();
  world_.http.fail(fault(errc::temporarily_unavailable, "no route to id.example"));
  pass(5);
  ASSERT_EQ(progress_.size(), 2U);
  EXPECT_EQ(progress_[1].state, "retrying");
  EXPECT_EQ(progress_[1].warning, "no route to id.example");
  pass(9);
  EXPECT_EQ(world_.http.sent(), 2U) << "it waits twice as long";
  world_.http.answer(200, token_json(1));
  pass(1);
  EXPECT_TRUE(ended_ && *ended_);
}

TEST_F(LoginDeviceTest, TheCodesEndIsTheLoginsEnd) {
  start_with_a_code();
  for (int asked = 0; asked < 11; ++asked) {
    will_say("authorization_pending");
    pass(5);
  }
  EXPECT_FALSE(ended_);
  pass(5);
  ASSERT_TRUE(ended_ && !*ended_);
  EXPECT_EQ(ended_->error().code, errc::login_expired);
  EXPECT_EQ(world_.http.sent(), 12U);
}

TEST_F(LoginDeviceTest, V9_WhoeverLeavesEndsTheQuestionsAtOnce) {
  start_with_a_code();
  leave_.emit(asio::cancellation_type::terminal);
  settle();
  pass(60);
  EXPECT_EQ(world_.http.sent(), 1U);
}

TEST_F(LoginDeviceTest, V9_ATokenThatWasOnItsWayIsKept) {
  start_with_a_code();
  world_.http.answer(200, token_json(1));
  world_.http.hold();
  pass(5);
  leave_.emit(asio::cancellation_type::terminal);
  settle();
  world_.http.release();
  settle();
  EXPECT_EQ(stored().refresh_token, secret("refresh-1"));
}

TEST_F(LoginDeviceTest, V11_ATokenThatComesAfterTheCodesEndIsKept) {
  start_with_a_code();
  for (int asked = 0; asked < 10; ++asked) {
    will_say("authorization_pending");
    pass(5);
  }
  world_.http.answer(200, token_json(1));
  world_.http.hold();
  pass(5);
  pass(60);
  world_.http.release();
  settle();
  ASSERT_TRUE(ended_ && *ended_);
  EXPECT_EQ(stored().refresh_token, secret("refresh-1"));
}

TEST_F(LoginDeviceTest, ARefusalThatRepeatsTheDeviceCodeIsWithheld) {
  start_with_a_code();
  world_.http.answer(400, R"({"error":"invalid_request","error_description":"bad code the-device-code"})");
  pass(5);
  ASSERT_TRUE(ended_ && !*ended_);
  EXPECT_EQ(ended_->error().provider_text.find("the-device-code"), std::string::npos);
}

}  // namespace
}  // namespace latchkey
