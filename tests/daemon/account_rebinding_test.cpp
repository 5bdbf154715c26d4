// An account whose file changes while a refresh is under way: what comes belongs to the provider and client that it
// had, and is there when the change is taken back.
#include "tests/daemon/account_fixture.h"

namespace latchkey {
namespace {

class AccountRebindingTest : public AccountTest {
 protected:
  void client_becomes(const std::string& client_id) {
    account_config other = config();
    other.client_id = client_id;
    account_->reconfigure(std::move(other));
    settle();
  }
  void given_a_refresh_in_flight() {
    given_a_grant();
    world_.clock.advance(seconds(3600));
    world_.http.hold();
    ask();
    settle();
    ASSERT_EQ(world_.http.sent(), 1U);
  }
  void answer_comes(const std::string& body = token_json(2)) {
    world_.http.answer(200, body);
    world_.http.release();
    settle();
  }
  void expect_served_once_taken_back(const std::string& access_token) {
    client_becomes("app");
    served_.clear();
    ask();
    settle();
    EXPECT_EQ(served_, std::vector<std::string>{access_token});
    EXPECT_EQ(world_.http.sent(), 1U) << "nothing is revoked, nothing is refreshed again";
  }
};

TEST_F(AccountRebindingTest, WhatARefreshBringsAfterTheChangeIsKeptForTheOldClient) {
  given_a_refresh_in_flight();
  client_becomes("another");
  answer_comes();
  EXPECT_TRUE(served_.empty());
  EXPECT_EQ(stored().refresh_token, secret("refresh-2"));
  EXPECT_EQ(stored().bound_to, grant_binding(config()));
  expect_served_once_taken_back("access-2");
}

TEST_F(AccountRebindingTest, ItKeepsTheRefreshTokenWhereNoNewOneCame) {
  given_a_refresh_in_flight();
  client_becomes("another");
  answer_comes(R"({"access_token":"access-2","token_type":"bearer","expires_in":3600})");
  EXPECT_EQ(stored().refresh_token, secret("refresh-1"));
  expect_served_once_taken_back("access-2");
}

TEST_F(AccountRebindingTest, ATokenThatCouldNotBeSavedIsSavedAtTheChange) {
  given_a_refresh_in_flight();
  world_.store.save_fault = fault(errc::internal, "the disk is full");
  answer_comes();
  ASSERT_TRUE(account_->holds_unsaved());
  world_.store.save_fault.reset();
  client_becomes("another");
  EXPECT_EQ(stored().refresh_token, secret("refresh-2"));
  expect_served_once_taken_back("access-2");
}

TEST_F(AccountRebindingTest, ItDoesNotReplaceTheGrantOfTheNewClient) {
  given_a_refresh_in_flight();
  client_becomes("another");
  grant newer = stored();
  newer.refresh_token = secret("of-the-new-client");
  newer.bound_to = grant_binding(account_->config());
  world_.store.records[grant_id()].value = encode_grant(newer);
  answer_comes();
  EXPECT_EQ(stored().refresh_token, secret("of-the-new-client"));
  EXPECT_EQ(world_.http.sent(), 1U);
}

}  // namespace
}  // namespace latchkey
