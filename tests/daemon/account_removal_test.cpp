// Accounts that are removed or added while something else is under way: nothing that is stored outlives its account,
// and no account loses what it has to another call.
#include <filesystem>

#include "tests/daemon/broker_fixture.h"

namespace latchkey {
namespace {

class AccountRemovalTest : public BrokerTest {
 protected:
  AccountRemovalTest() : erase_now_(context_.get_executor()) {}

  void given_an_account_with_keys() {
    account_config kraken;
    kraken.name = "work";
    kraken.provider = "kraken";
    kraken.client_id = "app";
    account_ = book_.add(kraken).value();
    grant held = granted(1, world_.clock.now().wall);
    held.bound_to = grant_binding(kraken);
    held.scopes = {"account.fast-api-key:read", "account.fast-api-key:write"};
    stored_record& record = world_.store.records[grant_id()];
    record.value = encode_grant(held);
    record.version = 1;
  }
  static varlink::call create_key() {
    return call("CreateFastApiKey",
                {{"account", "work"}, {"key", {{"name", "bot"}, {"permissions", {"funds_query"}}}}, {"reveal", false}});
  }
  static varlink::call remove() { return call("RemoveAccount", {{"account", "work"}}); }
  static varlink::call add(const std::string& client_secret) {
    return call("AddAccount", {{"account",
                                {{"name", "work"},
                                 {"client_id", "app"},
                                 {"client_secret", client_secret},
                                 {"authorization_endpoint", "https://id.example/authorize"},
                                 {"token_endpoint", "https://id.example/token"}}}});
  }
  void key_is_made() {
    world_.http.answer(200, R"({"error":[],"result":{"api_key_name":"bot","api_key":"pub-1",)"
                            R"("secret":"c2VjcmV0LW9m","id":"ID1","permissions":{"funds_query":true}}})");
    world_.http.release();
    settle();
  }
  void hold_erasures() {
    world_.store.before_erased = [this]() -> task<> { co_await erase_now_.wait(); };
  }
  void erasures_go_on() {
    world_.store.before_erased = nullptr;
    erase_now_.notify_all();
    settle();
  }
  [[nodiscard]] bool has_file() const { return std::filesystem::exists(folder_.path() / "accounts" / "work.toml"); }
  static void expect_done(const std::optional<varlink::answer>& answer) {
    ASSERT_TRUE(answer) << "it waits still";
    EXPECT_EQ(answer->error, "") << answer->parameters;
  }

  broadcast erase_now_;
  std::optional<varlink::answer> first_;
  std::optional<varlink::answer> second_;
};

TEST_F(AccountRemovalTest, AKeyThatIsBeingMadeLeavesNoSecretBehind) {
  given_an_account_with_keys();
  world_.http.hold();
  begin(create_key(), first_);
  ASSERT_EQ(world_.http.sent(), 1U);
  begin(remove(), second_);
  key_is_made();
  expect_done(first_);
  expect_done(second_);
  EXPECT_TRUE(world_.store.records.empty());
  EXPECT_FALSE(has_file());
}

TEST_F(AccountRemovalTest, NoKeyIsMadeOnceTheRemovalHasBegun) {
  given_an_account_with_keys();
  hold_erasures();
  begin(remove(), first_);
  begin(create_key(), second_);
  EXPECT_EQ(world_.http.sent(), 0U);
  ASSERT_TRUE(second_);
  EXPECT_EQ(second_->error, "io.latchkey.Broker.NoSuchAccount");
  erasures_go_on();
  expect_done(first_);
  EXPECT_TRUE(world_.store.records.empty());
}

TEST_F(AccountRemovalTest, AKeyForProofsIsNotMadeForAnAccountThatIsGone) {
  given_an_account();
  expect_done(answer_to(remove()));
  std::optional<result<std::string>> made;
  const auto body = [](std::shared_ptr<account> who, std::optional<result<std::string>>& into) -> task<> {
    into = co_await who->dpop_thumbprint();
  };
  boost::asio::co_spawn(context_, body(account_, made), boost::asio::detached);
  settle();
  ASSERT_TRUE(made && !*made);
  EXPECT_EQ(made->error().code, errc::no_such_account);
  EXPECT_TRUE(world_.store.records.empty());
}

TEST_F(AccountRemovalTest, AClientThatLeavesDoesNotStopItHalfway) {
  given_an_account();
  hold_erasures();
  begin(remove(), first_);
  client_leaves();
  erasures_go_on();
  EXPECT_TRUE(world_.store.records.empty());
  EXPECT_FALSE(has_file());
  EXPECT_FALSE(book_.find("work"));
}

TEST_F(AccountRemovalTest, OfTwoCallsThatAddTheSameAccountTheLoserTakesNothingFromTheOther) {
  hold_erasures();
  begin(add("first"), first_);
  begin(add("second"), second_);
  erasures_go_on();
  expect_done(first_);
  ASSERT_TRUE(second_);
  EXPECT_EQ(second_->error, "io.latchkey.Broker.TemporarilyUnavailable");
  const record_id id{"work", record_kind::client_secret};
  ASSERT_TRUE(world_.store.records.contains(id));
  EXPECT_EQ(world_.store.records[id].value, secret("first"));
  EXPECT_EQ(answer_to(add("third")).error, "io.latchkey.Broker.BadRequest");
  EXPECT_EQ(world_.store.records[id].value, secret("first"));
}

TEST_F(AccountRemovalTest, AClientThatLeavesWhileItAddsAnAccountLeavesAWholeOneOrNone) {
  hold_erasures();
  begin(add("first"), first_);
  client_leaves();
  erasures_go_on();
  EXPECT_TRUE(has_file());
  EXPECT_TRUE(world_.store.records.contains({"work", record_kind::client_secret}));
}

// As an editor does that removes the old file before it writes the new one.
TEST_F(AccountRemovalTest, AnAccountWhoseFileComesBackWhileItRefreshesGetsNoTwin) {
  given_an_account();
  world_.clock.advance(seconds(3600));
  world_.http.hold();
  begin(call("GetToken", {{"account", "work"}}), first_);
  const std::filesystem::path file = folder_.path() / "accounts" / "work.toml";
  std::filesystem::rename(file, folder_.path() / "aside");
  book_.reload();
  EXPECT_FALSE(book_.find("work"));
  std::filesystem::rename(folder_.path() / "aside", file);
  begin(call("GetToken", {{"account", "work"}}), second_);
  world_.http.answer(200, token_json(2));
  world_.http.release();
  settle();
  EXPECT_EQ(world_.http.sent(), 1U);
  expect_done(first_);
  expect_done(second_);
  EXPECT_EQ(second_->parameters["access_token"], "access-2");
  EXPECT_FALSE(book_.find("work").value()->retired());
}

TEST_F(AccountRemovalTest, OneThatFailsLeavesTheAccountUsable) {
  given_an_account();
  world_.store.save_fault = fault(errc::store_locked, "the keyring is locked");
  EXPECT_EQ(answer_to(remove()).error, "io.latchkey.Broker.StoreLocked");
  world_.store.save_fault.reset();
  EXPECT_TRUE(has_file());
  EXPECT_EQ(answer_to(call("GetToken", {{"account", "work"}})).parameters["access_token"], "access-1");
  expect_done(answer_to(remove()));
  EXPECT_TRUE(world_.store.records.empty());
}

}  // namespace
}  // namespace latchkey
