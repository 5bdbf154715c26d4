// The nonce goes out with the login's request, and must come back in its ID token (OIDC Core §3.1.2.1, §3.1.3.7).
#include <gmock/gmock.h>

#include "core/url.h"
#include "daemon/login_browser.h"
#include "tests/daemon/id_token_fixture.h"

namespace latchkey {
namespace {

class IdTokenNonce : public IdTokenTest {
 protected:
  void begin() {
    login_order order;
    order.who = account_;
    order.server = server_;
    order.bound_to = grant_binding(at_issuer());
    order.scopes = {"openid"};
    order.time_limit = seconds(300);
    order.on_progress = [this](login_progress progress) { return note(std::move(progress)); };
    run(log_in_by_browser(std::move(order)));
  }

  task<> note(login_progress progress) {
    if (!progress.url.empty()) url_ = progress.url;
    co_return;
  }
  task<> log_in_by_browser(login_order order) {
    ended_ = co_await login_browser(context_.get_executor(), world_.ports(), std::move(order));
  }
  task<> visit(std::string target) { co_await world_.listeners.visit("GET", std::move(target), "127.0.0.1:40123"); }

  /// Value of a parameter of the authorize URL, or of the pushed request.
  static std::string parameter(std::string_view encoded, std::string_view name) {
    const auto fields = form_decode(encoded).value();
    for (const auto& [key, value] : fields)
      if (key == name) return value;
    return {};
  }
  [[nodiscard]] std::string_view query() const { return std::string_view(url_).substr(url_.find('?') + 1); }

  void comes_back_with(const std::string& nonce, std::string_view state) {
    auto claims = testing_issuer::good_claims();
    claims["nonce"] = nonce;
    world_.http.answer(200, tokens(1, testing_issuer::token_of(claims)));
    world_.http.answer(200, jwks("p1"));
    world_.http.answer(200, "");
    run(visit("/callback?code=the-code&state=" + std::string(state)));
  }

  std::string url_;
};

TEST_F(IdTokenNonce, O6_TheOneThatWasSentIsTheOneThatMustComeBack) {
  begin();
  const std::string nonce = parameter(query(), "nonce");
  EXPECT_EQ(nonce.size(), 43U);
  EXPECT_NE(nonce, parameter(query(), "state"));
  comes_back_with(nonce, parameter(query(), "state"));
  ASSERT_TRUE(ended_ && *ended_) << ended_->error().message;
  EXPECT_EQ(stored().subject, "24400320");
}

TEST_F(IdTokenNonce, O6_AnotherOneEndsTheLogin) {
  begin();
  comes_back_with(parameter(query(), "state"), parameter(query(), "state"));
  ASSERT_TRUE(ended_ && !*ended_);
  EXPECT_EQ(ended_->error().code, errc::login_failed);
  EXPECT_THAT(ended_->error().message, testing::HasSubstr("nonce"));
  EXPECT_TRUE(world_.store.records.empty());
}

TEST_F(IdTokenNonce, O6_APushedRequestHoldsItToo) {
  server_.require_pushed_authorization_requests = true;
  server_.pushed_authorization_request_endpoint = "https://id.example/par";
  world_.http.answer(201, R"({"request_uri":"urn:x:1","expires_in":60})");
  begin();
  const std::string& sent = world_.http.requests.at(0);
  const std::string_view body = std::string_view(sent).substr(sent.rfind(' ') + 1);
  EXPECT_EQ(parameter(query(), "nonce"), "");
  comes_back_with(parameter(body, "nonce"), parameter(body, "state"));
  ASSERT_TRUE(ended_ && *ended_) << ended_->error().message;
  EXPECT_EQ(stored().subject, "24400320");
}

}  // namespace
}  // namespace latchkey
