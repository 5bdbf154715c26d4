// What keeps an account from asking its provider too often, and from believing a clock that was set.
#include "tests/daemon/account_fixture.h"

namespace latchkey {
namespace {

TEST_F(AccountTest, R16_AGenerationThatNeverWasIsRefusedNoMoreThanTheTokenInHand) {
  given_a_grant();
  token_wanted wanted;
  wanted.stale_generation = 1'000'000;
  for (int generation = 2; generation < 6; ++generation) world_.http.answer(200, token_json(generation));
  ask(wanted);
  settle();
  EXPECT_EQ(served_, std::vector<std::string>{"access-2"});
  EXPECT_EQ(world_.http.sent(), 1U);
}

TEST_F(AccountTest, R16_ACallerWhoseTokensAreTooOldOnceTheyAreStoredHoldsNobodyUp) {
  given_a_grant();
  world_.clock.advance(seconds(3600));
  for (int generation = 2; generation < 7; ++generation) world_.http.answer(200, token_json(generation));
  world_.store.on_save = [this] { world_.clock.advance(seconds(10)); };
  token_wanted wanted;
  wanted.min_valid = seconds(3595);
  ask(wanted);
  settle();
  ASSERT_EQ(faults_.size(), 1U);
  EXPECT_EQ(faults_[0].code, errc::temporarily_unavailable);
  EXPECT_LE(world_.http.sent(), 4U);
  world_.store.on_save = [] {};
  ask(wanted);
  settle();
  EXPECT_EQ(served_, std::vector<std::string>{"access-6"});
}

TEST_F(AccountTest, R16_TokensThatLiveTooShortAreWarnedOfOnceAndAgainAfterALongerOne) {
  given_a_grant();
  const auto renew = [this](int generation, const std::string& lifetime) {
    world_.clock.advance(seconds(3600));
    world_.http.answer(200, R"({"access_token":"access-)" + std::to_string(generation) +
                                R"(","token_type":"bearer","expires_in":)" + lifetime + "}");
    ask();
    settle();
  };
  testing::internal::CaptureStderr();
  int generation = 2;
  for (const char* lifetime : {"40", "20", "10", "3600", "10"}) renew(generation++, lifetime);
  const std::string log = testing::internal::GetCapturedStderr();
  EXPECT_EQ(world_.http.sent(), 5U);
  const std::string warning = "the provider's tokens live for ";
  EXPECT_NE(log.find(warning + "40 s only"), std::string::npos) << log;
  EXPECT_EQ(log.find(warning + "20 s only"), std::string::npos) << log;
  EXPECT_NE(log.find(warning + "10 s only"), std::string::npos) << log;
}

TEST_F(AccountTest, R14_AWallClockSetBackDoesNotLengthenATokensLife) {
  given_a_grant();
  world_.clock.set_wall(world_.clock.now().wall - std::chrono::hours(24 * 365));
  world_.http.answer(200, token_json(2));
  ask();
  settle();
  EXPECT_EQ(served_, std::vector<std::string>{"access-2"});  // How old the first one is, nobody can tell.
}

TEST_F(AccountTest, R14_WithinABootTheWallClockHasNoSay) {
  grant mine = granted(1, world_.clock.now().wall);
  mine.obtained_boot = world_.clock.now().boot;
  mine.boot_id = world_.clock.boot_id();
  stored_record& record = world_.store.records[grant_id()];
  record.value = encode_grant(mine);
  record.version = 1;
  world_.clock.advance(seconds(1800));
  world_.clock.set_wall(world_.clock.now().wall - std::chrono::hours(24 * 365));
  ask();
  settle();
  world_.clock.advance(seconds(1800));
  world_.http.answer(200, token_json(2));
  ask();
  settle();
  EXPECT_EQ(served_, (std::vector<std::string>{"access-1", "access-2"}));
  EXPECT_EQ(stored().boot_id, world_.clock.boot_id());
}

}  // namespace
}  // namespace latchkey
