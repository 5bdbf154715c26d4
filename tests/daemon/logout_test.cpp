#include "tests/daemon/account_fixture.h"

namespace latchkey {
namespace {

class LogoutTest : public AccountTest {
 protected:
  task<> leaver(bool revoke) {
    auto ended = co_await account_->logout(revoke);
    if (ended)
      outcomes_.push_back(std::move(*ended));
    else
      faults_.push_back(ended.error());
  }
  void log_out(bool revoke) {
    boost::asio::co_spawn(context_, leaver(revoke), boost::asio::detached);
    settle();
  }
  std::vector<logout_outcome> outcomes_;
};

TEST_F(LogoutTest, RevokesAtTheProviderAndThenForgets) {
  given_a_grant();
  world_.http.answer(200, "");
  log_out(true);
  ASSERT_EQ(outcomes_.size(), 1U);
  EXPECT_TRUE(outcomes_[0].revoked);
  EXPECT_TRUE(outcomes_[0].note.empty());
  ASSERT_EQ(world_.http.sent(), 1U);
  EXPECT_NE(world_.http.requests[0].find("POST https://id.example/revoke token=refresh-1"), std::string::npos);
  EXPECT_FALSE(world_.store.records.contains(grant_id()));
  EXPECT_EQ(account_->view().state, "logged_out");
  EXPECT_EQ(events_, std::vector<std::string>{"logged_out"});
}

TEST_F(LogoutTest, AGrantThatCouldNotBeRevokedIsKept) {
  given_a_grant();
  world_.http.fail(fault(errc::temporarily_unavailable, "id.example: connection refused"));
  log_out(true);
  ASSERT_EQ(faults_.size(), 1U);
  EXPECT_EQ(faults_[0].code, errc::temporarily_unavailable);
  EXPECT_NE(faults_[0].message.find("--no-revoke"), std::string::npos);
  ask();
  settle();
  EXPECT_EQ(served_, std::vector<std::string>{"access-1"});
}

TEST_F(LogoutTest, WithoutRevokingItSaysThatTheGrantLivesOn) {
  given_a_grant();
  log_out(false);
  ASSERT_EQ(outcomes_.size(), 1U);
  EXPECT_FALSE(outcomes_[0].revoked);
  EXPECT_NE(outcomes_[0].note.find("lives on"), std::string::npos);
  EXPECT_EQ(world_.http.sent(), 0U);
}

TEST_F(LogoutTest, R4_ARefreshAnsweredAfterTheLogoutIsDroppedAndRevoked) {
  given_a_grant();
  world_.clock.advance(seconds(3600));
  world_.http.hold();
  ask();
  settle();
  log_out(false);
  world_.http.answer(200, token_json(2));
  world_.http.answer(200, "");
  world_.http.release();
  settle();
  ASSERT_EQ(world_.http.sent(), 2U);
  EXPECT_NE(world_.http.requests[1].find("https://id.example/revoke token=refresh-2"), std::string::npos);
  EXPECT_FALSE(world_.store.records.contains(grant_id()));
  EXPECT_TRUE(served_.empty());
  ASSERT_EQ(faults_.size(), 1U);
  EXPECT_EQ(faults_[0].code, errc::login_required);
}

TEST_F(LogoutTest, LoggingOutWithoutAGrantIsNoError) {
  log_out(true);
  ASSERT_EQ(outcomes_.size(), 1U);
  EXPECT_FALSE(outcomes_[0].revoked);
  EXPECT_NE(outcomes_[0].note.find("no grant"), std::string::npos);
}

TEST_F(LogoutTest, ALockedStoreKeepsTheGrantAndSaysSo) {
  given_a_grant();
  ask();
  settle();
  world_.store.save_fault = fault(errc::store_locked, "the keyring is locked");
  log_out(false);
  ASSERT_EQ(faults_.size(), 1U);
  EXPECT_EQ(faults_[0].code, errc::store_locked);
  EXPECT_TRUE(world_.store.records.contains(grant_id()));
  ask();
  settle();
  EXPECT_EQ(served_, (std::vector<std::string>{"access-1", "access-1"}));
}

}  // namespace
}  // namespace latchkey
