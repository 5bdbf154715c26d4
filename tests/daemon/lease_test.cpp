// Leases and upkeep at an account: who waits for whom, and that one request comes of it.
#include <boost/asio/co_spawn.hpp>

#include "daemon/lease_register.h"
#include "daemon/upkeep.h"
#include "tests/daemon/account_fixture.h"
#include "tests/support/temporary_folder.h"

namespace latchkey {
namespace {

using namespace std::chrono_literals;

// An account at a provider where a new token kills the old one.
class LeaseTest : public AccountTest {
 protected:
  LeaseTest() {
    account_config exclusive = config();
    exclusive.provider = "kraken";
    account_ = std::make_shared<account>(surroundings_, exclusive);
    grant held = granted(1, world_.clock.now().wall);
    held.bound_to = grant_binding(exclusive);
    stored_record& record = world_.store.records[grant_id()];
    record.value = encode_grant(held);
    record.version = 1;
    ask();
    settle();
    served_.clear();
    world_.http.answer(200, token_json(2));
  }

  static token_wanted after_401() {
    token_wanted wanted;
    wanted.stale_generation = 1;
    return wanted;
  }

  lease_register::lease taken(seconds length) {
    return {account_, account_->lease(length), 1, world_.clock.now().boot + 30s};
  }

  void pass(seconds by) {
    world_.clock.advance(by);
    settle();
  }

  lease_register leases_;
};

TEST_F(LeaseTest, ARotationWaitsForTheLeaseAndThenOneRequestServesAll) {
  const std::string id = leases_.add(1, taken(20s), world_.clock.now().boot);
  ask(after_401());
  ask(after_401());
  settle();
  EXPECT_EQ(world_.http.sent(), 0U);
  EXPECT_EQ(account_->view().state, "draining");
  ask();  // Asks for no more than the old token has.
  settle();
  EXPECT_EQ(served_, std::vector<std::string>{"access-1"});
  leases_.release(2, id);  // Not theirs.
  settle();
  EXPECT_EQ(world_.http.sent(), 0U);
  leases_.release(1, id);
  settle();
  EXPECT_EQ(world_.http.sent(), 1U);
  EXPECT_EQ(served_, (std::vector<std::string>{"access-1", "access-2", "access-2"}));
}

TEST_F(LeaseTest, R18_ALeaseThatNobodyReleasesEndsByItself) {
  leases_.add(1, taken(3600s), world_.clock.now().boot);
  ask(after_401());
  settle();
  pass(29s);
  EXPECT_EQ(world_.http.sent(), 0U);
  pass(1s);
  EXPECT_EQ(world_.http.sent(), 1U);
  EXPECT_EQ(served_, std::vector<std::string>{"access-2"});
}

TEST_F(LeaseTest, R19_ALeaseEndsWithItsConnection) {
  leases_.add(1, taken(20s), world_.clock.now().boot);
  leases_.add(2, taken(20s), world_.clock.now().boot);
  ask(after_401());
  settle();
  leases_.release_all(1);
  settle();
  EXPECT_EQ(world_.http.sent(), 0U);
  leases_.release_all(2);
  settle();
  EXPECT_EQ(world_.http.sent(), 1U);
}

TEST_F(LeaseTest, WhoSaysThatItsTokenIsDeadHoldsNoLeaseOnIt) {
  leases_.add(1, taken(20s), world_.clock.now().boot);
  leases_.release_stale(1, *account_, 1);
  ask(after_401());
  settle();
  EXPECT_EQ(world_.http.sent(), 1U);
}

TEST_F(LeaseTest, ARotationThatDrainsOutlivesTheCallerWhoWantedIt) {
  leases_.add(1, taken(20s), world_.clock.now().boot);
  boost::asio::cancellation_signal leave;
  boost::asio::co_spawn(context_, caller(after_401()),
                        boost::asio::bind_cancellation_slot(leave.slot(), boost::asio::detached));
  settle();
  leave.emit(boost::asio::cancellation_type::terminal);
  settle();
  leases_.release_all(1);
  settle();
  EXPECT_EQ(world_.http.sent(), 1U);
  EXPECT_EQ(stored().refresh_token, secret("refresh-2"));
}

TEST_F(LeaseTest, R4_ALogoutWhileItDrainsEndsTheRotation) {
  leases_.add(1, taken(20s), world_.clock.now().boot);
  ask(after_401());
  settle();
  boost::asio::co_spawn(context_, account_->logout(false), boost::asio::detached);
  settle();
  leases_.release_all(1);
  pass(60s);
  EXPECT_EQ(world_.http.sent(), 0U);
  ASSERT_EQ(faults_.size(), 1U);
  EXPECT_EQ(faults_[0].code, errc::login_required);
}

// Two accounts of a coexisting provider, as files, under upkeep.
class UpkeepTest : public AccountTest {
 protected:
  UpkeepTest()
      : book_(surroundings_, folder_.path() / "accounts"), upkeep_(context_.get_executor(), world_.clock, book_) {
    surroundings_.on_upkeep_due = [this](const std::shared_ptr<account>& who, boot_time when) {
      upkeep_.plan(who, when);
    };
    boost::asio::co_spawn(context_, upkeep_.run(), boost::asio::detached);
    account_ = book_.add(config()).value();
    given_a_grant();
    settle();
  }

  void pass(seconds by) {
    world_.clock.advance(by);
    settle();
  }

  support::temporary_folder folder_;
  account_book book_;
  upkeep upkeep_;
};

TEST_F(UpkeepTest, ATokenInUseIsRenewedBeforeAnybodyHasToWait) {
  world_.http.answer(200, token_json(2));
  ask();
  settle();
  pass(44min);
  EXPECT_EQ(world_.http.sent(), 0U);
  pass(11min);
  EXPECT_EQ(world_.http.sent(), 1U);
  EXPECT_EQ(events_, std::vector<std::string>{"refreshed"});
  ask();
  settle();
  EXPECT_EQ(served_, (std::vector<std::string>{"access-1", "access-2"}));
}

TEST_F(UpkeepTest, AnIdleAccountAsksNobodyForAnything) {
  for (int day = 0; day < 60; ++day) pass(24h);
  EXPECT_EQ(world_.http.sent(), 0U);
}

TEST_F(UpkeepTest, R24_AnIdleAccountWhoseRefreshTokenWouldDieUsesItInTime) {
  account_config mortal = config();
  mortal.name = "idle";
  mortal.provider = "kraken";
  mortal.client_id = "app";
  const auto who = book_.add(mortal).value();
  grant held = granted(1, world_.clock.now().wall);
  held.bound_to = grant_binding(mortal);
  stored_record& record = world_.store.records[record_id{"idle", record_kind::grant}];
  record.value = encode_grant(held);
  record.version = 1;
  world_.http.answer(200, token_json(2));
  for (int day = 0; day < 22; ++day) pass(24h);
  EXPECT_EQ(world_.http.sent(), 0U);
  for (int day = 22; day < 28; ++day) pass(24h);
  EXPECT_EQ(world_.http.sent(), 1U);
}

TEST_F(UpkeepTest, R7_WhatTheStoreDidNotTakeIsSavedOnceItDoes) {
  ask();
  settle();
  world_.http.answer(200, token_json(2));
  world_.store.save_fault = fault(errc::store_locked, "the keyring is locked");
  pass(55min);
  EXPECT_EQ(account_->view().state, "unsaved");
  EXPECT_EQ(stored().refresh_token, secret("refresh-1"));
  world_.store.save_fault.reset();
  pass(30s);
  EXPECT_EQ(stored().refresh_token, secret("refresh-2"));
  EXPECT_EQ(account_->view().state, "fresh");
  EXPECT_EQ(world_.http.sent(), 1U);
}

}  // namespace
}  // namespace latchkey
