// How often one program may have the token of others replaced.
#include "daemon/forced_refreshes.h"

#include <gmock/gmock.h>

#include "core/limits.h"
#include "tests/daemon/broker_fixture.h"

namespace latchkey {
namespace {

using testing::HasSubstr;

TEST(ProgramIn, TakesTheNumberOfTheProcessAway) {
  EXPECT_EQ(program_in("/usr/bin/git (process 42)"), "/usr/bin/git");
  EXPECT_EQ(program_in("/usr/bin/git (process 42) through latchkey"), "/usr/bin/git");
  EXPECT_EQ(program_in("/opt/a (process 1)/b (process 42)"), "/opt/a (process 1)/b");
  EXPECT_EQ(program_in("process 42"), "process 42");
}

class ForcedRefreshes : public testing::Test {
 protected:
  void used(generation_number generation, const std::string& by) {
    register_.used("work", generation, std::make_shared<const std::string>(by + " (process 1)"));
  }
  [[nodiscard]] result<> ask(generation_number generation, const std::string& program) {
    return register_.ask("work", generation, program, now_);
  }
  /// So many replacements of a token that `another` uses, too, one a second.
  void force(std::size_t times, const std::string& program, const std::string& another = "/bin/good") {
    for (std::size_t each = 0; each < times; ++each, ++generation_, now_ += seconds(1)) {
      used(generation_, program);
      used(generation_, another);
      ASSERT_TRUE(ask(generation_, program)) << each;
    }
    used(generation_, program);
    used(generation_, another);
  }

  forced_refreshes register_;
  generation_number generation_ = 1;
  boot_time now_{std::chrono::hours(1)};
};

TEST_F(ForcedRefreshes, AProgramThatIsAloneIsNeverHeldBack) {
  for (generation_number generation = 1; generation < 100; ++generation) {
    used(generation, "/bin/lonely");
    ASSERT_TRUE(ask(generation, "/bin/lonely"));
  }
}

TEST_F(ForcedRefreshes, AProgramThatRunsTwiceIsStillAlone) {
  for (generation_number generation = 1; generation < 100; ++generation) {
    register_.used("work", generation, std::make_shared<const std::string>("/bin/lonely (process 1)"));
    register_.used("work", generation, std::make_shared<const std::string>("/bin/lonely (process 2)"));
    ASSERT_TRUE(ask(generation, "/bin/lonely"));
  }
}

TEST_F(ForcedRefreshes, R25_AProgramThatHasTheTokenOfOthersReplacedAgainAndAgainIsHeldBack) {
  force(limits::forced_refreshes, "/bin/bad");
  const auto refused = ask(generation_, "/bin/bad");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, errc::temporarily_unavailable);
  EXPECT_EQ(refused.error().retry_after, limits::forced_refresh_window - seconds(limits::forced_refreshes));
  EXPECT_THAT(refused.error().message, HasSubstr("/bin/bad has had the access token of work replaced 20 times"));
  now_ += std::chrono::milliseconds(1);
  EXPECT_EQ(ask(generation_, "/bin/bad").error().retry_after, refused.error().retry_after) << "not a moment too early";
  EXPECT_TRUE(ask(generation_, "/bin/good")) << "who did nothing pays nothing";
}

TEST_F(ForcedRefreshes, R25_TheBoundMovesOnWithTime) {
  force(limits::forced_refreshes, "/bin/bad");
  now_ += limits::forced_refresh_window - seconds(limits::forced_refreshes + 1);
  ASSERT_FALSE(ask(generation_, "/bin/bad"));
  now_ += seconds(1);
  EXPECT_TRUE(ask(generation_, "/bin/bad"));
  EXPECT_FALSE(ask(generation_, "/bin/bad")) << "one has become free, not all";
}

TEST_F(ForcedRefreshes, R25_StartingAgainAsAnotherProcessDoesNotHelp) {
  force(limits::forced_refreshes, "/bin/bad");
  register_.used("work", generation_, std::make_shared<const std::string>("/bin/bad (process 77)"));
  EXPECT_FALSE(ask(generation_, program_in("/bin/bad (process 77)")));
}

TEST_F(ForcedRefreshes, ATokenThatNobodyElseHasUsedYetMayBeReplaced) {
  force(limits::forced_refreshes, "/bin/bad");
  used(++generation_, "/bin/bad");
  EXPECT_TRUE(ask(generation_, "/bin/bad"));
  used(generation_, "/bin/good");
  used(1, "/bin/bad");
  EXPECT_TRUE(ask(1, "/bin/bad")) << "a grant may begin anew";
}

TEST_F(ForcedRefreshes, WhoUsedAnEarlierTokenDoesNotUseThisOne) {
  used(generation_, "/bin/good");
  force(limits::forced_refreshes, "/bin/bad");
  used(++generation_, "/bin/bad");
  EXPECT_TRUE(ask(generation_, "/bin/bad"));
}

TEST_F(ForcedRefreshes, AccountsAreCountedApartAndForgottenWithTheirRemoval) {
  force(limits::forced_refreshes, "/bin/bad");
  register_.used("home", 1, std::make_shared<const std::string>("/bin/good (process 1)"));
  EXPECT_TRUE(register_.ask("home", 1, "/bin/bad", now_));
  EXPECT_FALSE(ask(generation_, "/bin/bad"));
  register_.forget("work");
  used(generation_, "/bin/good");
  EXPECT_TRUE(ask(generation_, "/bin/bad"));
}

// At the broker: two programs.
class ForcedRefreshesAtTheBroker : public BrokerTest {
 protected:
  ForcedRefreshesAtTheBroker() {
    given_an_account();
    connect(bad, "/bin/bad (process 7)");
    connect(good, "/bin/good (process 8)");
  }

  varlink::answer get(varlink::connection_number caller, std::optional<generation_number> stale = {}) {
    nlohmann::json parameters{{"account", "work"}};
    if (stale) parameters["stale_generation"] = *stale;
    varlink::call wanted = call("GetToken", std::move(parameters));
    wanted.connection = caller;
    return answer_to(std::move(wanted));
  }

  static constexpr varlink::connection_number bad = 7;
  static constexpr varlink::connection_number good = 8;
};

TEST_F(ForcedRefreshesAtTheBroker, R25_OneProgramCannotHaveTheTokenOfOthersReplacedWithoutEnd) {
  generation_number generation = 1;
  for (; generation <= limits::forced_refreshes; ++generation) {
    ASSERT_EQ(get(good).parameters["generation"], generation);
    world_.http.answer(200, token_json(static_cast<int>(generation) + 1));
    ASSERT_EQ(get(bad, generation).parameters["generation"], generation + 1);
  }
  ASSERT_EQ(get(good).parameters["generation"], generation);
  const varlink::answer refused = get(bad, generation);
  EXPECT_EQ(refused.error, "io.latchkey.Broker.TemporarilyUnavailable");
  EXPECT_EQ(refused.parameters["retry_after"], limits::forced_refresh_window.count());
  EXPECT_EQ(world_.http.sent(), limits::forced_refreshes);
  EXPECT_EQ(get(bad).parameters["generation"], generation) << "it is served what is there";
  EXPECT_EQ(get(good, generation - 1).parameters["generation"], generation);
  world_.http.answer(200, token_json(static_cast<int>(generation) + 1));
  EXPECT_EQ(get(good, generation).parameters["generation"], generation + 1) << "others are not held back";
}

TEST_F(ForcedRefreshesAtTheBroker, ATokenThatHasToBeReplacedAnywayIsNotCounted) {
  world_.clock.advance(seconds(3600));
  for (int generation = 1; generation < 26; ++generation) {
    world_.http.answer(200, R"({"access_token":"brief","token_type":"bearer","expires_in":10,"refresh_token":"r"})");
    ASSERT_EQ(get(bad, static_cast<generation_number>(generation)).parameters["generation"], generation + 1);
    ASSERT_EQ(get(good).parameters["generation"], generation + 1);
    world_.clock.advance(seconds(10));
  }
}

}  // namespace
}  // namespace latchkey
