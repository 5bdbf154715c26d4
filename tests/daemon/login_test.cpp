#include "daemon/login_browser.h"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include "core/url.h"
#include "tests/daemon/account_fixture.h"

namespace latchkey {
namespace {

namespace asio = boost::asio;

class LoginTest : public AccountTest {
 protected:
  LoginTest() {
    server_ = providers_.known(config());
    server_.pkce = true;
  }

  void start() {
    login_order order;
    order.who = account_;
    order.server = server_;
    order.bound_to = grant_binding(account_->config());
    order.scopes = {"read"};
    order.time_limit = seconds(300);
    order.on_progress = [this](login_progress progress) { return note(std::move(progress)); };
    asio::co_spawn(context_, log_in(std::move(order)), asio::bind_cancellation_slot(leave_.slot(), asio::detached));
    settle();
  }

  task<> note(login_progress progress) {
    progress_.push_back(std::move(progress));
    co_return;
  }

  task<> log_in(login_order order) {
    ended_ = co_await login_browser(context_.get_executor(), world_.ports(), std::move(order));
  }

  task<> visitor(std::string target) {
    pages_.push_back(co_await world_.listeners.visit("GET", std::move(target), "127.0.0.1:40123"));
  }

  redirect_answer visit(std::string target) {
    const std::size_t before = pages_.size();
    asio::co_spawn(context_, visitor(std::move(target)), asio::detached);
    settle();
    return pages_.size() > before ? pages_.back() : redirect_answer{};
  }

  /// Value of a parameter of the authorize URL.
  std::string asked(std::string_view name) {
    const std::string& url = progress_.at(0).url;
    const auto fields = form_decode(std::string_view(url).substr(url.find('?') + 1)).value();
    for (const auto& [key, value] : fields)
      if (key == name) return value;
    return {};
  }

  std::string right_redirect() { return "/callback?code=the-code&state=" + asked("state"); }

  provider server_;
  asio::cancellation_signal leave_;
  std::vector<login_progress> progress_;
  std::vector<redirect_answer> pages_;
  std::optional<result<>> ended_;
};

TEST_F(LoginTest, OpensTheBrowserStoresTheGrantAndShowsHowItEnded) {
  start();
  ASSERT_EQ(progress_.size(), 1U);
  EXPECT_EQ(progress_[0].state, "browser_opened");
  ASSERT_EQ(world_.web_browser.opened.size(), 1U);
  EXPECT_EQ(world_.web_browser.opened[0], progress_[0].url);
  EXPECT_EQ(asked("redirect_uri"), "http://127.0.0.1:40123/callback");
  EXPECT_EQ(asked("code_challenge_method"), "S256");
  EXPECT_EQ(asked("code_challenge").size(), 43U);

  world_.http.answer(200, token_json(1));
  const redirect_answer moved = visit(right_redirect());
  EXPECT_EQ(moved.status, 303U);
  EXPECT_EQ(moved.location.find("code"), std::string::npos);
  ASSERT_TRUE(ended_ && *ended_);
  ASSERT_EQ(progress_.size(), 2U);
  EXPECT_EQ(progress_[1].state, "redirected");
  EXPECT_EQ(stored().refresh_token, secret("refresh-1"));
  ASSERT_EQ(world_.http.sent(), 1U);
  EXPECT_NE(world_.http.requests[0].find("code=the-code"), std::string::npos);
  EXPECT_NE(world_.http.requests[0].find("code_verifier="), std::string::npos);

  const redirect_answer landed = visit("/done");
  EXPECT_EQ(landed.status, 200U);
  EXPECT_NE(landed.page.find("Login complete"), std::string::npos);
  EXPECT_EQ(events_, std::vector<std::string>{"logged_in"});
}

TEST_F(LoginTest, L7_OfTwoRedirectsOnlyTheRightOneIsExchanged) {
  start();
  world_.http.answer(200, token_json(1));
  EXPECT_NE(visit("/callback?code=forged&state=wrong").status, 303U);
  EXPECT_FALSE(ended_);
  EXPECT_EQ(visit(right_redirect()).status, 303U);
  EXPECT_NE(visit(right_redirect()).status, 303U);
  EXPECT_EQ(world_.http.sent(), 1U);
  EXPECT_TRUE(ended_ && *ended_);
}

TEST_F(LoginTest, ThePersonsNoEndsTheLoginWithoutATokenRequest) {
  start();
  EXPECT_EQ(visit("/callback?error=access_denied&state=" + asked("state")).status, 303U);
  ASSERT_TRUE(ended_);
  ASSERT_FALSE(*ended_);
  EXPECT_EQ(ended_->error().code, errc::access_denied);
  EXPECT_EQ(world_.http.sent(), 0U);
  EXPECT_EQ(visit("/done").page.find("Login complete"), std::string::npos);
}

TEST_F(LoginTest, ARefusedCodeEndsTheLoginAndKeepsTheOldGrant) {
  given_a_grant();
  ask();
  settle();
  start();
  world_.http.answer(400, R"({"error":"invalid_grant","error_description":"code is used"})");
  visit(right_redirect());
  ASSERT_TRUE(ended_);
  ASSERT_FALSE(*ended_);
  EXPECT_EQ(ended_->error().code, errc::login_failed);
  EXPECT_EQ(stored().refresh_token, secret("refresh-1"));
}

TEST_F(LoginTest, APastedRedirectIsJudgedLikeOneAtTheListener) {
  EXPECT_FALSE(account_->take_redirect);
  start();
  ASSERT_TRUE(account_->take_redirect);
  const auto paste = [this](const std::string& address) { return account_->take_redirect(*pasted_redirect(address)); };
  const std::string right = "http://127.0.0.1:40123" + right_redirect();
  for (const std::string& wrong : {std::string("http://127.0.0.1:40123/callback?code=the-code&state=forged"),
                                   "http://127.0.0.1:40124" + right_redirect(), right + "&code=another",
                                   "http://evil.example:40123" + right_redirect()}) {
    const auto refused = paste(wrong);
    ASSERT_FALSE(refused) << wrong;
    EXPECT_EQ(refused.error().code, errc::bad_request);
    EXPECT_EQ(refused.error().message.find("the-code"), std::string::npos) << refused.error().message;
    EXPECT_FALSE(ended_);
  }
  EXPECT_EQ(world_.http.sent(), 0U);
  world_.http.answer(200, token_json(1));
  EXPECT_TRUE(paste(right));
  EXPECT_FALSE(paste(right)) << "a redirect counts once";
  settle();
  ASSERT_TRUE(ended_ && *ended_);
  EXPECT_EQ(stored().refresh_token, secret("refresh-1"));
  EXPECT_EQ(world_.http.sent(), 1U);
  EXPECT_FALSE(account_->take_redirect) << "no login waits any more";
}

TEST_F(LoginTest, WithoutABrowserTheCallerOpensTheAddress) {
  world_.web_browser.is_there = false;
  start();
  ASSERT_EQ(progress_.size(), 1U);
  EXPECT_EQ(progress_[0].state, "open_url");
  EXPECT_TRUE(world_.web_browser.opened.empty());
}

TEST_F(LoginTest, L26_EndsWhenItsTimeRunsOutAndClosesTheListener) {
  start();
  EXPECT_EQ(world_.listeners.open, 1);
  world_.clock.advance(seconds(300));
  settle();
  ASSERT_TRUE(ended_);
  ASSERT_FALSE(*ended_);
  EXPECT_EQ(ended_->error().code, errc::login_expired);
  EXPECT_EQ(world_.listeners.open, 0);
}

TEST_F(LoginTest, C7_ACancelledLoginLeavesNothingBehind) {
  start();
  leave_.emit(asio::cancellation_type::terminal);
  settle();
  EXPECT_EQ(world_.listeners.open, 0);
  EXPECT_TRUE(world_.store.records.empty());
  EXPECT_EQ(world_.http.sent(), 0U);
}

TEST_F(LoginTest, L27_ACallerThatLeavesAfterTheRedirectDoesNotLoseTheGrant) {
  start();
  world_.http.hold();
  visit(right_redirect());
  leave_.emit(asio::cancellation_type::terminal);
  settle();
  world_.http.answer(200, token_json(1));
  world_.http.release();
  settle();
  EXPECT_EQ(stored().refresh_token, secret("refresh-1"));
}

TEST_F(LoginTest, TheListenerClosesSoonAfterTheLastPage) {
  start();
  world_.http.answer(200, token_json(1));
  visit(right_redirect());
  EXPECT_EQ(world_.listeners.open, 1);
  visit("/done");
  world_.clock.advance(seconds(1));
  settle();
  EXPECT_EQ(world_.listeners.open, 0);
}

TEST_F(LoginTest, TheListenerClosesAlthoughNobodyFetchesTheLastPage) {
  start();
  world_.http.answer(200, token_json(1));
  visit(right_redirect());
  world_.clock.advance(seconds(5));
  settle();
  world_.clock.advance(seconds(1));
  settle();
  EXPECT_EQ(world_.listeners.open, 0);
}

TEST_F(LoginTest, ALoginOverALivingGrantCountsItsTokensOn) {
  given_a_grant();
  ask();
  settle();
  start();
  world_.http.answer(200, token_json(9));
  visit(right_redirect());
  EXPECT_EQ(stored().generation, 2U);
  ask();
  settle();
  EXPECT_EQ(served_.back(), "access-9");
}

}  // namespace
}  // namespace latchkey
