// What the desk does where everything works.
#include <nlohmann/json.hpp>

#include "tests/daemon/key_desk_fixture.h"

namespace latchkey {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;
using testing::UnorderedElementsAre;

TEST_F(KeyDeskTest, ACreatedKeyIsInTheStoreBeforeAnybodyHearsOfIt) {
  world_.http.answer(200, created("bot"));
  world_.store.hold();
  std::optional<result<fast_api_key>> outcome;
  boost::asio::co_spawn(
      context_, desk_.create(account_, wish()),
      [&](const std::exception_ptr&, result<fast_api_key> given) { outcome.emplace(std::move(given)); });
  settle();
  EXPECT_EQ(world_.store.saves, 1);
  EXPECT_FALSE(outcome);
  EXPECT_TRUE(account_->busy());
  world_.store.release();
  settle();
  ASSERT_TRUE(outcome && *outcome);
  EXPECT_EQ((*outcome)->key_secret, secret("c2VjcmV0LW9m"));
  EXPECT_THAT(kept(), ElementsAre("bot pub-1"));
  EXPECT_FALSE(account_->busy());
}

TEST_F(KeyDeskTest, ACallerThatLeavesLosesNoSecret) {
  world_.http.hold();
  boost::asio::cancellation_signal leave;
  boost::asio::co_spawn(context_, desk_.create(account_, wish()),
                        boost::asio::bind_cancellation_slot(leave.slot(), [](auto&&...) {}));
  settle();
  ASSERT_EQ(world_.http.sent(), 1U);
  leave.emit(boost::asio::cancellation_type::terminal);
  settle();
  world_.http.answer(200, created("bot"));
  world_.http.release();
  settle();
  EXPECT_THAT(kept(), ElementsAre("bot pub-1"));
}

TEST_F(KeyDeskTest, TwoCreatedAtOnceAreBothKept) {
  world_.store.hold();
  world_.http.answer(200, created("one", "pub-1"));
  world_.http.answer(200, created("two", "pub-2"));
  boost::asio::co_spawn(context_, desk_.create(account_, wish("one")), boost::asio::detached);
  boost::asio::co_spawn(context_, desk_.create(account_, wish("two")), boost::asio::detached);
  settle();
  EXPECT_EQ(world_.store.saves, 2);
  world_.store.release();
  settle();
  EXPECT_THAT(kept(), UnorderedElementsAre(StartsWith("one "), StartsWith("two ")));
  EXPECT_EQ(world_.http.sent(), 2U);
}

TEST_F(KeyDeskTest, ANewKeyReplacesTheSecretOfAnOlderNamesake) {
  given_a_key("bot", "pub-1");
  given_a_key("bot", "pub-2");
  EXPECT_THAT(kept(), ElementsAre("bot pub-2"));
}

TEST_F(KeyDeskTest, TheKeyHasTheNameThatWasAskedFor) {
  world_.http.answer(200, created("something-else"));
  EXPECT_EQ(done(desk_.create(account_, wish()))->name, "bot");
  EXPECT_THAT(kept(), ElementsAre("bot pub-1"));
}

TEST_F(KeyDeskTest, TheListSaysWhichSecretsAreHere) {
  given_a_key("bot", "pub-1");
  given_a_key("other", "pub-2");
  world_.http.answer(200, R"({"error":[],"result":[{"api_key_name":"bot","api_key":"pub-1"},
      {"api_key_name":"other","api_key":"pub-of-a-namesake"},{"api_key_name":"foreign","api_key":"pub-3"}]})");
  world_.http.answer(200, R"({"error":[],"result":[{"api_key_name":"bot"},{"api_key_name":"foreign"}]})");
  const auto stored = [&] {
    std::vector<std::string> names;
    const auto listed = done(desk_.list(account_));
    EXPECT_TRUE(listed);
    for (const auto& each : *listed) names.push_back(each.key.name + (each.stored ? " stored" : ""));
    return names;
  };
  EXPECT_THAT(stored(), ElementsAre("bot stored", "other", "foreign"));
  EXPECT_THAT(stored(), ElementsAre("bot stored", "foreign"));
  EXPECT_THAT(world_.http.requests[0], StartsWith("GET https://api.kraken.com/oauth/fast-api-key"));
}

TEST_F(KeyDeskTest, RenamingAKeyTakesItsSecretAlong) {
  given_a_key("bot", "pub-1");
  given_a_key("gone", "pub-2");
  world_.http.answer(200, done_text);
  fast_api_key_wish renamed;
  renamed.name = "bot";
  renamed.new_name = "gone";
  ASSERT_TRUE(done(desk_.update(account_, renamed)));
  EXPECT_THAT(world_.http.requests[0], HasSubstr(R"("new_api_key_name":"gone")"));
  EXPECT_THAT(kept(), ElementsAre("gone pub-1"));
}

TEST_F(KeyDeskTest, AnUpdateOfAKeyWhoseSecretIsElsewhereIsFine) {
  world_.http.answer(200, done_text);
  world_.http.answer(200, done_text);
  fast_api_key_wish changed = wish("foreign");
  ASSERT_TRUE(done(desk_.update(account_, changed)));
  changed.new_name = "abroad";
  ASSERT_TRUE(done(desk_.update(account_, changed)));
  EXPECT_THAT(kept(), IsEmpty());
  EXPECT_EQ(world_.store.saves, 0);
}

TEST_F(KeyDeskTest, DeletingAKeyForgetsItsSecretAndNoOther) {
  given_a_key("bot", "pub-1");
  given_a_key("other", "pub-2");
  world_.http.answer(200, done_text);
  ASSERT_TRUE(done(desk_.remove(account_, "bot")));
  EXPECT_THAT(world_.http.requests,
              ElementsAre(R"(DELETE https://api.kraken.com/oauth/fast-api-key {"api_key_name":"bot"})"));
  EXPECT_THAT(kept(), ElementsAre("other pub-2"));
}

TEST_F(KeyDeskTest, ACallIsSignedWithTheStoredKeyAndCarriesNoToken) {
  given_a_key();
  world_.http.answer(200, R"({"error":[],"result":{"XXBT":"1.5"}})");
  key_desk::exchange_order asked = order();
  asked.fields = {{"asset", "a&b"}};
  EXPECT_EQ(done(desk_.call(account_, asked)).value(), R"({"XXBT":"1.5"})");
  ASSERT_EQ(world_.http.sent(), 1U);
  EXPECT_THAT(world_.http.requests[0], StartsWith("POST https://api.kraken.com/0/private/Balance nonce="));
  EXPECT_THAT(world_.http.requests[0], HasSubstr("&asset=a%26b"));
  EXPECT_THAT(world_.http.authorizations, ElementsAre(""));
}

TEST_F(KeyDeskTest, TheNonceGrowsWhateverTheClockDoes) {
  given_a_key("bot", "pub-1");
  given_a_key("other", "pub-2");
  const auto call = [&](const std::string& key) {
    world_.http.answer(200, R"({"error":[],"result":{}})");
    ASSERT_TRUE(done(desk_.call(account_, order(key))));
  };
  call("bot");
  call("bot");  // In the same microsecond.
  world_.clock.set_wall(world_.clock.now().wall - std::chrono::hours(1));
  call("bot");
  world_.clock.set_wall(wall_time(seconds(-5)));
  call("bot");
  world_.clock.set_wall(wall_time(seconds(1'900'000'000)));
  call("bot");
  const std::uint64_t first = 1'800'000'000'000'000;
  EXPECT_THAT(nonces(), ElementsAre(first, first + 1, first + 2, first + 3, 1'900'000'000'000'000U));
  world_.clock.set_wall(wall_time(seconds(-5)));
  call("other");  // Counts for itself.
  EXPECT_EQ(nonces().back(), 1U);
}

TEST_F(KeyDeskTest, KeysAndTokenGoToTheHostOfTheAccountsTokenEndpointAlone) {
  account_config elsewhere = kraken();
  elsewhere.token_endpoint = "https://uat.example:8443/oauth/token";
  given(elsewhere);
  given_a_key();
  world_.http.answer(200, done_text);
  world_.http.answer(200, R"({"error":[],"result":[]})");
  world_.http.answer(200, R"({"error":[],"result":{}})");
  world_.http.answer(200, done_text);
  ASSERT_TRUE(done(desk_.update(account_, wish())));
  ASSERT_TRUE(done(desk_.list(account_)));
  ASSERT_TRUE(done(desk_.call(account_, order())));
  ASSERT_TRUE(done(desk_.remove(account_, "bot")));
  ASSERT_THAT(world_.http.requests, SizeIs(4));
  for (const std::string& each : world_.http.requests)
    EXPECT_THAT(each,
                testing::ContainsRegex("^[A-Z]+ https://uat\\.example:8443/(oauth/fast-api-key|0/private/Balance) "));
}

TEST_F(KeyDeskTest, ALogoutKeepsTheKeysAndSaysSo) {
  given_a_key();
  const auto outcome = done(account_->logout(false));
  ASSERT_TRUE(outcome);
  EXPECT_THAT(outcome->note, HasSubstr("lives on at the provider"));
  EXPECT_THAT(outcome->note, HasSubstr("; its API keys stay valid at the provider"));
  EXPECT_THAT(kept(), ElementsAre("bot pub-1"));
  world_.http.answer(200, R"({"error":[],"result":{}})");
  EXPECT_TRUE(done(desk_.call(account_, order())));
}

TEST_F(KeyDeskTest, ALogoutWithoutKeysSaysNothingOfThem) {
  given_a_key();
  world_.http.answer(200, done_text);
  ASSERT_TRUE(done(desk_.remove(account_, "bot")));
  EXPECT_THAT(done(account_->logout(false))->note, Not(HasSubstr("API key")));
}

TEST_F(KeyDeskTest, RemovingTheAccountForgetsTheKeys) {
  given_a_key();
  EXPECT_TRUE(done(account_->erase()));
  EXPECT_FALSE(world_.store.records.contains(ring_id()));
  EXPECT_EQ(done(desk_.call(account_, order())).error().code, errc::bad_request);
}

}  // namespace
}  // namespace latchkey
