// What an account tells of itself: what comes next, and who used it last.
#include "core/limits.h"
#include "tests/daemon/account_fixture.h"

namespace latchkey {
namespace {

class AccountView : public AccountTest {
 protected:
  void load() {
    boost::asio::co_spawn(context_, account_->load(), boost::asio::detached);
    settle();
  }
  void used() {
    ask();
    settle();
    account_->used_by(std::make_shared<const std::string>("/usr/bin/git (process 42)"));
  }
  /// Seconds from now to the next action.
  [[nodiscard]] std::int64_t wait() const {
    return (*account_->view().next_action_at - world_.clock.now().wall).count();
  }
  void given(grant value) {
    stored_record& record = world_.store.records[grant_id()];
    record.value = encode_grant(value);
    record.version = 1;
  }
};

TEST_F(AccountView, WithoutAGrantThePersonIsNext) {
  load();
  EXPECT_EQ(account_->view().next_action, "login");
  EXPECT_EQ(account_->view().next_action_at, std::nullopt);
}

TEST_F(AccountView, ATokenInUseIsRefreshedAheadAndOneThatIsNotIsNot) {
  given_a_grant();
  load();
  EXPECT_EQ(account_->view().next_action, "") << "nobody uses it";
  used();
  EXPECT_EQ(account_->view().next_action, "refresh");
  EXPECT_GE(wait(), 3600 * limits::refresh_ahead_from - 1);
  EXPECT_LE(wait(), 3600 * limits::refresh_ahead_to + 1);
}

TEST_F(AccountView, ThePromisedRefreshHappensThen) {
  given_a_grant();
  used();
  world_.http.answer(200, token_json(2));
  world_.clock.advance(seconds(wait()));
  account_->upkeep();
  settle();
  EXPECT_EQ(world_.http.sent(), 1U);
  EXPECT_EQ(account_->view().generation, 2U);
}

TEST_F(AccountView, AFailedRefreshIsTriedAgainAndADeadGrantNeedsAPerson) {
  given_a_grant();
  used();
  world_.http.answer(503, "{}", {{"Retry-After", "30"}});
  world_.clock.advance(seconds(wait()));
  account_->upkeep();
  settle();
  EXPECT_EQ(account_->view().next_action, "retry");
  EXPECT_GE(wait(), 30);
  world_.http.answer(400, R"({"error":"invalid_grant"})");
  world_.clock.advance(seconds(wait()));
  account_->upkeep();
  settle();
  EXPECT_EQ(account_->view().next_action, "login");
}

TEST_F(AccountView, AGrantThatTheStoreDidNotTakeIsSavedAgain) {
  given_a_grant();
  world_.store.save_fault = fault(errc::internal, "the disk is full");
  world_.http.answer(200, token_json(2));
  token_wanted wanted;
  wanted.stale_generation = 1;
  ask(wanted);
  settle();
  EXPECT_EQ(account_->view().state, "unsaved");
  EXPECT_EQ(account_->view().next_action, "save");
  EXPECT_LE(wait(), limits::longest_save_backoff.count());
}

TEST_F(AccountView, WithoutARefreshTokenTheLoginIsDueAtTheTokensEnd) {
  grant alone = granted(1, world_.clock.now().wall);
  alone.refresh_token = secret();
  given(std::move(alone));
  load();
  EXPECT_EQ(account_->view().next_action, "login");
  EXPECT_NEAR(static_cast<double>(wait()), 3600, 1);
  world_.clock.advance(seconds(3600));
  EXPECT_EQ(account_->view().next_action_at, std::nullopt);
}

TEST_F(AccountView, NamesWhoUsedItLastAndWhen) {
  given_a_grant();
  EXPECT_EQ(account_->view().last_used_at, std::nullopt);
  EXPECT_EQ(account_->view().last_used_by, "");
  used();
  const wall_time then = world_.clock.now().wall;
  world_.clock.advance(seconds(100));
  EXPECT_EQ(account_->view().last_used_at, then);
  EXPECT_EQ(account_->view().last_used_by, "/usr/bin/git (process 42)");
}

TEST_F(AccountView, AStoreThatDoesNotAnswerPromisesNothing) {
  given_a_grant();
  world_.store.load_fault = fault(errc::store_locked, "the keyring is locked");
  load();
  EXPECT_EQ(account_->view().state, "unavailable");
  EXPECT_EQ(account_->view().next_action, "");
}

}  // namespace
}  // namespace latchkey
