#include "daemon/api_call.h"

#include <gmock/gmock.h>

#include "core/userinfo.h"
#include "tests/daemon/kraken_fixture.h"

namespace latchkey {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class ApiCallTest : public KrakenTest {
 protected:
  task<result<api_answer>> call(scope_list scopes = {}) {
    return call_with_token(world_.http, account_, std::move(scopes), [](const secret& token) {
      http_request request;
      request.url = "https://api.kraken.com/oauth/userinfo";
      request.authorization = secret("Bearer " + std::string(token.reveal()));
      return request;
    });
  }

  /// Begins a call; what became of it is in answer_.
  void begin() {
    boost::asio::co_spawn(context_, call(), [this](const std::exception_ptr&, result<api_answer> given) {
      answer_.emplace(std::move(given));
    });
    settle();
  }

  void ask_for_a_newer_token() {
    token_wanted after_401;
    after_401.stale_generation = 1;
    ask(after_401);
    settle();
  }

  std::optional<result<api_answer>> answer_;
};

TEST_F(ApiCallTest, CarriesTheTokenAndGivesAnyAnswer) {
  for (const unsigned status : {200U, 403U, 500U}) {
    world_.http.answer(status, "body");
    const auto answer = done(call());
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->response.status, status);
    EXPECT_EQ(answer->response.body, secret("body"));
  }
  EXPECT_THAT(world_.http.authorizations, ElementsAre("Bearer access-1", "Bearer access-1", "Bearer access-1"));
}

TEST_F(ApiCallTest, A401GetsOneNewerTokenAndNoMore) {
  world_.http.answer(401, "");
  world_.http.answer(200, token_json(2));
  world_.http.answer(401, "still");
  const auto answer = done(call());
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->response.status, 401U);
  EXPECT_EQ(answer->response.body, secret("still"));
  ASSERT_EQ(world_.http.sent(), 3U);
  EXPECT_THAT(world_.http.requests[1], HasSubstr("refresh_token=refresh-1"));
  EXPECT_EQ(world_.http.authorizations[2], "Bearer access-2");
}

TEST_F(ApiCallTest, A401ThatTheNewTokenMendsIsNoError) {
  world_.http.answer(401, "");
  world_.http.answer(200, token_json(2));
  world_.http.answer(200, "good");
  EXPECT_EQ(done(call())->response.body, secret("good"));
}

TEST_F(ApiCallTest, A401WhileANewTokenIsOnItsWayWaitsForThatOne) {
  given(config(), {"read"});  // Its tokens live side by side, so that a refresh does not wait for the call.
  world_.http.hold();
  begin();
  ask_for_a_newer_token();
  world_.http.answer(401, "");
  world_.http.answer(200, token_json(2));
  world_.http.answer(200, "good");
  world_.http.release();
  settle();
  ASSERT_TRUE(answer_);
  EXPECT_EQ((*answer_)->response.body, secret("good"));
  EXPECT_EQ(world_.http.sent(), 3U);
}

TEST_F(ApiCallTest, NoRefreshKillsTheTokenWhileTheCallIsUnderWay) {
  world_.http.hold();
  begin();
  ASSERT_EQ(world_.http.sent(), 1U);
  ask_for_a_newer_token();
  EXPECT_EQ(account_->view().state, "draining");
  EXPECT_EQ(world_.http.sent(), 1U);
  world_.http.answer(200, "");
  world_.http.answer(200, token_json(2));
  world_.http.release();
  settle();
  EXPECT_EQ(world_.http.sent(), 2U);
  EXPECT_THAT(served_, ElementsAre("access-2"));
}

TEST_F(ApiCallTest, ACallDoesNotPutOffARotationThatWaitsForLeases) {
  world_.http.hold();
  begin();
  ask_for_a_newer_token();
  ASSERT_EQ(account_->view().state, "draining");
  boost::asio::co_spawn(context_, call(), boost::asio::detached);
  settle();
  EXPECT_EQ(world_.http.sent(), 1U);
  world_.http.answer(200, "");
  world_.http.answer(200, token_json(2));
  world_.http.answer(200, "");
  world_.http.release();
  settle();
  EXPECT_THAT(world_.http.authorizations, ElementsAre("Bearer access-1", HasSubstr("Basic"), "Bearer access-2"));
}

TEST_F(ApiCallTest, TheLeaseEndsWithTheCallHoweverItEnds) {
  world_.http.fail(fault(errc::temporarily_unavailable, "api.kraken.com: connection refused"));
  const auto failed = done(call());
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, errc::temporarily_unavailable);
  EXPECT_EQ(world_.http.sent(), 1U);
  world_.http.hold();
  boost::asio::cancellation_signal leave;
  boost::asio::co_spawn(context_, call(), boost::asio::bind_cancellation_slot(leave.slot(), [](auto&&...) {}));
  settle();
  leave.emit(boost::asio::cancellation_type::terminal);
  settle();
  world_.http.answer(200, token_json(2));
  world_.http.release();
  ask_for_a_newer_token();
  EXPECT_THAT(served_, ElementsAre("access-2"));
}

TEST_F(ApiCallTest, WithoutATokenNothingIsSent) {
  const auto narrow = done(call({"account.fast-api-key:funds-add"}));
  ASSERT_FALSE(narrow);
  EXPECT_EQ(narrow.error().code, errc::login_required);
  EXPECT_THAT(narrow.error().missing_scopes, ElementsAre("account.fast-api-key:funds-add"));
  world_.store.records.clear();
  account_ = std::make_shared<account>(surroundings_, kraken());
  EXPECT_EQ(done(call()).error().code, errc::login_required);
  EXPECT_EQ(world_.http.sent(), 0U);
}

TEST_F(ApiCallTest, ATextThatRepeatsTheTokenIsWithheld) {
  world_.http.answer(403, R"({"error":"bad_token","error_description":"access-1 is no good"})");
  const auto answer = done(call());
  ASSERT_TRUE(answer);
  const auto read = answer->read(parse_userinfo);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, errc::access_denied);
  EXPECT_THAT(read.error().provider_text, Not(HasSubstr("access-1")));
  EXPECT_THAT(read.error().message, Not(HasSubstr("access-1")));
}

}  // namespace
}  // namespace latchkey
