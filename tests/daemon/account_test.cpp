#include "tests/daemon/account_fixture.h"

#include <algorithm>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>

namespace latchkey {
namespace {

namespace asio = boost::asio;

TEST_F(AccountTest, AFreshTokenIsServedWithoutTheNetwork) {
  given_a_grant();
  ask();
  settle();
  EXPECT_EQ(served_, std::vector<std::string>{"access-1"});
  EXPECT_EQ(world_.http.sent(), 0U);
  EXPECT_TRUE(account_->answers_now({}));
}

TEST_F(AccountTest, WithoutAGrantALoginIsRequired) {
  ask();
  settle();
  ASSERT_EQ(faults_.size(), 1U);
  EXPECT_EQ(faults_[0].code, errc::login_required);
}

TEST_F(AccountTest, R1_AThousandWaitersMakeOneTokenRequest) {
  given_a_grant();
  world_.clock.advance(seconds(3600));
  world_.http.hold();
  for (int i = 0; i < 1000; ++i) ask();
  settle();
  EXPECT_EQ(world_.http.sent(), 1U);
  world_.http.answer(200, token_json(2));
  world_.http.release();
  settle();
  EXPECT_EQ(world_.http.sent(), 1U);
  EXPECT_EQ(served_.size(), 1000U);
  EXPECT_TRUE(std::ranges::all_of(served_, [](const auto& token) { return token == "access-2"; }));
  EXPECT_EQ(events_, std::vector<std::string>{"refreshed"});
}

TEST_F(AccountTest, SavesTheRotatedTokenBeforeServingIt) {
  given_a_grant();
  world_.clock.advance(seconds(3600));
  world_.http.answer(200, token_json(2));
  world_.store.hold();
  ask();
  settle();
  EXPECT_EQ(world_.store.saves, 1);
  EXPECT_TRUE(served_.empty());
  EXPECT_FALSE(account_->answers_now({}));
  world_.store.release();
  settle();
  EXPECT_EQ(served_, std::vector<std::string>{"access-2"});
  EXPECT_EQ(stored().refresh_token, secret("refresh-2"));
}

TEST_F(AccountTest, R2_R3_AWaiterThatLeavesCancelsNoRefresh) {
  given_a_grant();
  world_.clock.advance(seconds(3600));
  world_.http.hold();
  asio::cancellation_signal leave;
  asio::co_spawn(context_, caller({}), asio::bind_cancellation_slot(leave.slot(), asio::detached));
  settle();
  leave.emit(asio::cancellation_type::terminal);
  settle();
  world_.http.answer(200, token_json(2));
  world_.http.release();
  settle();
  EXPECT_TRUE(served_.empty());
  EXPECT_EQ(stored().refresh_token, secret("refresh-2"));
  ask();
  settle();
  EXPECT_EQ(served_, std::vector<std::string>{"access-2"});
  EXPECT_EQ(world_.http.sent(), 1U);
}

TEST_F(AccountTest, R7_R8_ATokenThatCannotBeStoredIsNotServedAndNotAskedForAgain) {
  given_a_grant();
  world_.clock.advance(seconds(3600));
  world_.http.answer(200, token_json(2));
  world_.store.save_fault = fault(errc::store_locked, "the keyring is locked");
  ask();
  settle();
  ASSERT_EQ(faults_.size(), 1U);
  EXPECT_EQ(faults_[0].code, errc::store_locked);
  EXPECT_EQ(stored().refresh_token, secret("refresh-1"));
  EXPECT_EQ(account_->view().state, "unsaved");
  EXPECT_NE(account_->view().reason.find("the keyring is locked"), std::string::npos);

  world_.store.save_fault.reset();
  world_.clock.advance(seconds(1));
  ask();
  settle();
  EXPECT_EQ(served_, std::vector<std::string>{"access-2"});
  EXPECT_EQ(stored().refresh_token, secret("refresh-2"));
  EXPECT_EQ(world_.http.sent(), 1U);
}

TEST_F(AccountTest, R9_WhoNeedsNoRefreshIsServedWhileTheStoreIsSlow) {
  given_a_grant();
  ask();
  settle();
  world_.clock.advance(seconds(3500));  // 100 s left: enough for 60, not for 200
  world_.http.answer(200, token_json(2));
  world_.store.hold();
  token_wanted longer;
  longer.min_valid = seconds(200);
  ask(longer);
  settle();
  ask();
  settle();
  EXPECT_EQ(served_, (std::vector<std::string>{"access-1", "access-1"}));
  world_.store.release();
  settle();
  EXPECT_EQ(served_.back(), "access-2");
}

TEST_F(AccountTest, R10_AfterInvalidGrantANewerTokenInTheStoreIsTaken) {
  given_a_grant();
  ask();
  settle();
  served_.clear();
  world_.clock.advance(seconds(3600));
  world_.store.records[grant_id()].value = encode_grant(granted(7, world_.clock.now().wall));
  world_.store.records[grant_id()].version = 2;
  world_.http.answer(400, R"({"error":"invalid_grant"})");
  ask();
  settle();
  EXPECT_EQ(served_, std::vector<std::string>{"access-7"});
}

TEST_F(AccountTest, R11_AfterInvalidGrantForGoodALoginIsRequiredAndNobodyAsksAgain) {
  given_a_grant();
  world_.clock.advance(seconds(3600));
  world_.http.answer(400, R"({"error":"invalid_grant","error_description":"token is revoked"})");
  ask();
  settle();
  ask();
  settle();
  ASSERT_EQ(faults_.size(), 2U);
  EXPECT_EQ(faults_[1].code, errc::login_required);
  EXPECT_EQ(world_.http.sent(), 1U);
  EXPECT_EQ(account_->view().state, "login_required");
  EXPECT_NE(account_->view().reason.find("token is revoked"), std::string::npos);
  EXPECT_EQ(events_, std::vector<std::string>{"login_required"});
  ASSERT_EQ(world_.desktop.told.size(), 1U);
  EXPECT_EQ(world_.desktop.told[0], "work: " + account_->view().reason);
}

TEST_F(AccountTest, ANetworkFaultLeavesTheLivingTokenInUse) {
  given_a_grant();
  ask();
  settle();
  served_.clear();
  world_.clock.advance(seconds(3570));  // 30 s left: too few for the default, so a refresh is tried
  world_.http.fail(fault(errc::temporarily_unavailable, "id.example: connection refused"));
  ask();
  settle();
  EXPECT_EQ(served_, std::vector<std::string>{"access-1"});
  EXPECT_EQ(account_->view().state, "backing_off");
  world_.http.fail(fault(errc::temporarily_unavailable, "id.example: connection refused"));
  world_.clock.advance(seconds(30));
  ask();
  settle();
  // The token has died and the next attempt is not due, or failed again: the caller hears what the network said.
  ASSERT_EQ(faults_.size(), 1U);
  EXPECT_NE(faults_[0].message.find("connection refused"), std::string::npos);
}

TEST_F(AccountTest, R12_OnceTheNetworkIsBackTheNextCallerGetsAToken) {
  given_a_grant();
  world_.clock.advance(seconds(86400));
  world_.http.fail(fault(errc::temporarily_unavailable, "id.example: no route to host"));
  ask();
  settle();
  ASSERT_EQ(faults_.size(), 1U);
  EXPECT_EQ(faults_[0].code, errc::temporarily_unavailable);
  world_.clock.advance(seconds(600));
  world_.http.answer(200, token_json(2));
  ask();
  settle();
  EXPECT_EQ(served_, std::vector<std::string>{"access-2"});
}

TEST_F(AccountTest, ALockedStoreIsAskedAgainByTheNextCaller) {
  given_a_grant();
  world_.store.load_fault = fault(errc::store_locked, "the keyring is locked");
  ask();
  settle();
  ASSERT_EQ(faults_.size(), 1U);
  EXPECT_EQ(faults_[0].code, errc::store_locked);
  EXPECT_EQ(account_->view().state, "unavailable");
  world_.store.load_fault.reset();
  ask();
  settle();
  EXPECT_EQ(served_, std::vector<std::string>{"access-1"});
}

TEST_F(AccountTest, S5_AGrantEditedToNonsenseIsAnErrorAndIsNotOverwritten) {
  world_.store.records[grant_id()].value = secret("nonsense");
  world_.store.records[grant_id()].version = 1;
  ask();
  settle();
  ASSERT_EQ(faults_.size(), 1U);
  EXPECT_EQ(faults_[0].code, errc::internal);
  EXPECT_EQ(world_.store.records[grant_id()].value, secret("nonsense"));
}

TEST_F(AccountTest, AGrantIsNeverSentToAnotherProviderThanItsOwn) {
  given_a_grant();
  ask();
  settle();
  account_config moved = config();
  moved.token_endpoint = "https://evil.example/token";
  account_->reconfigure(moved);
  ask();
  settle();
  ASSERT_EQ(faults_.size(), 1U);
  EXPECT_EQ(faults_[0].code, errc::login_required);
  EXPECT_EQ(world_.http.sent(), 0U);
  account_->reconfigure(config());
  ask();
  settle();
  EXPECT_EQ(served_, (std::vector<std::string>{"access-1", "access-1"}));
}

TEST_F(AccountTest, P1_AnErrorTextThatRepeatsTheRefreshTokenIsWithheld) {
  given_a_grant();
  stored_record& record = world_.store.records[grant_id()];
  grant long_lived = granted(1, world_.clock.now().wall);
  long_lived.refresh_token = secret("a-refresh-token-of-some-length");
  record.value = encode_grant(long_lived);
  world_.clock.advance(seconds(3600));
  world_.http.answer(400, R"({"error":"invalid_grant","error_description":"no a-refresh-token-of-some-length here"})");
  ask();
  settle();
  ASSERT_EQ(faults_.size(), 1U);
  EXPECT_EQ(faults_[0].provider_text.find("a-refresh-token"), std::string::npos);
  EXPECT_EQ(account_->view().reason.find("a-refresh-token"), std::string::npos);
}

}  // namespace
}  // namespace latchkey
