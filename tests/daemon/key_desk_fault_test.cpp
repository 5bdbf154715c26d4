// What the desk does where something fails: no key without its secret, no secret lost while its key lives.
#include "tests/daemon/key_desk_fixture.h"

namespace latchkey {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

class KeyDeskFaultTest : public KeyDeskTest {
 protected:
  static fault locked() { return {errc::store_locked, "the keyring is locked"}; }
  static fault refused() { return {errc::temporarily_unavailable, "api.kraken.com: connection refused"}; }
};

TEST_F(KeyDeskFaultTest, AKeyWhoseSecretTheStoreDoesNotTakeIsDeletedAgain) {
  world_.store.save_fault = locked();
  world_.http.answer(200, created("bot"));
  world_.http.answer(200, done_text);
  const auto made = done(desk_.create(account_, wish()));
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, errc::store_locked);
  EXPECT_EQ(made.error().message,
            "the new key's secret could not be stored, so the key was deleted again: the keyring is locked");
  ASSERT_EQ(world_.http.sent(), 2U);
  EXPECT_THAT(world_.http.requests[1], AllOf(StartsWith("DELETE "), HasSubstr(R"({"api_key_name":"bot"})")));
}

TEST_F(KeyDeskFaultTest, AKeyThatCouldNotBeDeletedAgainIsSpokenOf) {
  world_.store.save_fault = locked();
  world_.http.answer(200, created("bot"));
  world_.http.fail(refused());
  EXPECT_THAT(done(desk_.create(account_, wish())).error().message, HasSubstr("the key is still there: delete it"));
  world_.http.answer(200, created("bot"));
  world_.http.answer(200, invalid);
  const fault why = done(desk_.create(account_, wish())).error();
  EXPECT_THAT(why.message, HasSubstr("the key is still there: delete it"));
  EXPECT_THAT(why.message, Not(HasSubstr("c2VjcmV0LW9m")));
}

TEST_F(KeyDeskFaultTest, AStoreThatNeverSettlesEndsTheTries) {
  world_.store.save_fault = fault(errc::temporarily_unavailable, "another process saved first");
  world_.http.answer(200, created("bot"));
  world_.http.answer(200, done_text);
  EXPECT_FALSE(done(desk_.create(account_, wish())));
  EXPECT_EQ(world_.store.saves, 5);
}

TEST_F(KeyDeskFaultTest, ALockedStoreMakesNoKeyAndChangesNone) {
  given_a_key();
  ask();  // The grant is in memory.
  settle();
  world_.store.load_fault = locked();
  fast_api_key_wish renamed = wish();
  renamed.new_name = "new";
  EXPECT_EQ(done(desk_.create(account_, wish("two"))).error().code, errc::store_locked);
  EXPECT_EQ(done(desk_.update(account_, renamed)).error().code, errc::store_locked);
  EXPECT_EQ(done(desk_.remove(account_, "bot")).error().code, errc::store_locked);
  EXPECT_EQ(done(desk_.call(account_, order())).error().code, errc::store_locked);
  EXPECT_EQ(world_.http.sent(), 0U);
}

TEST_F(KeyDeskFaultTest, ADamagedRingIsNotWrittenOver) {
  given_a_key();
  world_.store.records[ring_id()].value = secret("damaged");
  EXPECT_EQ(done(desk_.create(account_, wish("two"))).error().code, errc::internal);
  EXPECT_EQ(world_.http.sent(), 0U);
  EXPECT_EQ(world_.store.records[ring_id()].value, secret("damaged"));
}

TEST_F(KeyDeskFaultTest, WhereTheAnswerToACreationIsLostTheKeyMayBeThere) {
  world_.http.fail(refused());
  EXPECT_THAT(done(desk_.create(account_, wish())).error().message, HasSubstr("the key may be there now"));
  world_.http.answer(200, "<html>");
  EXPECT_THAT(done(desk_.create(account_, wish())).error().message, HasSubstr("the key may be there now"));
  world_.http.answer(502, "");
  EXPECT_THAT(done(desk_.create(account_, wish())).error().message, HasSubstr("the key may be there now"));
  world_.http.answer(200, invalid);
  EXPECT_THAT(done(desk_.create(account_, wish())).error().message, Not(HasSubstr("may be there")));
  EXPECT_EQ(world_.http.sent(), 4U) << "a key of the same name is not ours to delete";
  EXPECT_THAT(kept(), IsEmpty());
}

TEST_F(KeyDeskFaultTest, WhereNothingWasSentNothingMayBeThere) {
  given(kraken(), {"account.info:basic"});
  const fault why = done(desk_.create(account_, wish())).error();
  EXPECT_EQ(why.code, errc::login_required);
  EXPECT_THAT(why.missing_scopes, ElementsAre("account.fast-api-key:write"));
  EXPECT_THAT(why.message, Not(HasSubstr("may be there")));
  EXPECT_EQ(world_.http.sent(), 0U);
}

TEST_F(KeyDeskFaultTest, DeletingAnUnknownKeySaysSo) {
  world_.http.answer(200, invalid);
  world_.http.answer(200, R"({"error":[],"result":[]})");
  EXPECT_EQ(done(desk_.remove(account_, "nobody")).error().code, errc::bad_request);
}

TEST_F(KeyDeskFaultTest, TheSecretOfAKeyThatIsGoneAtTheProviderIsForgotten) {
  given_a_key();
  world_.http.answer(200, invalid);
  world_.http.answer(200, R"({"error":[],"result":[{"api_key_name":"another"}]})");
  EXPECT_TRUE(done(desk_.remove(account_, "bot")));
  EXPECT_THAT(kept(), IsEmpty());
}

TEST_F(KeyDeskFaultTest, AKeyThatMayBeInUseStillKeepsItsSecret) {
  given_a_key();
  world_.http.answer(200, invalid);
  world_.http.answer(200, R"({"error":[],"result":[{"api_key_name":"bot"}]})");
  EXPECT_EQ(done(desk_.remove(account_, "bot")).error().code, errc::bad_request);
  world_.http.answer(200, invalid);
  world_.http.answer(503, "");
  EXPECT_EQ(done(desk_.remove(account_, "bot")).error().code, errc::bad_request);
  world_.http.fail(refused());
  EXPECT_EQ(done(desk_.remove(account_, "bot")).error().code, errc::temporarily_unavailable);
  world_.http.answer(200, R"({"error":[],"result":false})");
  EXPECT_EQ(done(desk_.remove(account_, "bot")).error().code, errc::provider_error);
  EXPECT_THAT(kept(), ElementsAre("bot pub-1"));
}

TEST_F(KeyDeskFaultTest, AStoreThatFailsAfterTheProviderDidItIsSpokenOf) {
  given_a_key();
  world_.store.save_fault = locked();
  fast_api_key_wish renamed = wish();
  renamed.new_name = "new";
  world_.http.answer(200, done_text);
  EXPECT_EQ(done(desk_.update(account_, renamed)).error().message,
            "the key was renamed, but the store has its secret under the old name still: the keyring is locked");
  world_.http.answer(200, done_text);
  EXPECT_EQ(done(desk_.remove(account_, "bot")).error().message,
            "the key is deleted, but its secret could not be removed from the store: the keyring is locked");
}

TEST_F(KeyDeskFaultTest, ACallWithAKeyWhoseSecretIsElsewhereIsRefused) {
  given_a_key();
  const fault why = done(desk_.call(account_, order("foreign"))).error();
  EXPECT_EQ(why.code, errc::bad_request);
  EXPECT_THAT(why.message, HasSubstr("the store has no secret of an API key \"foreign\" for work"));
  EXPECT_EQ(done(desk_.call(account_, order("f\x1b[1m"))).error().message.find('\x1b'), std::string::npos);
  EXPECT_EQ(world_.http.sent(), 0U);
}

TEST_F(KeyDeskFaultTest, ACallThatTheApiDoesNotHaveIsNotSent) {
  given_a_key();
  key_desk::exchange_order odd = order();
  odd.method = "../public/Time";
  EXPECT_EQ(done(desk_.call(account_, odd)).error().code, errc::bad_request);
  odd = order();
  odd.fields = {{"nonce", "1"}};
  EXPECT_EQ(done(desk_.call(account_, odd)).error().code, errc::bad_request);
  EXPECT_EQ(world_.http.sent(), 0U);
}

TEST_F(KeyDeskFaultTest, AWishThatCannotBeIsNotSent) {
  fast_api_key_wish renamed = wish();
  renamed.new_name = "new";
  EXPECT_EQ(done(desk_.create(account_, renamed)).error().code, errc::bad_request);
  EXPECT_EQ(done(desk_.create(account_, wish(""))).error().code, errc::bad_request);
  EXPECT_EQ(done(desk_.update(account_, wish(std::string(33, 'x')))).error().code, errc::bad_request);
  EXPECT_EQ(done(desk_.remove(account_, "")).error().code, errc::bad_request);
  EXPECT_EQ(world_.http.sent(), 0U);
}

TEST_F(KeyDeskFaultTest, AProviderWithoutFastApiKeysIsAskedForNothing) {
  given(config(), {"read"});
  const fault why = done(desk_.list(account_)).error();
  EXPECT_EQ(why.code, errc::bad_request);
  EXPECT_THAT(why.message, HasSubstr("has no Fast API keys"));
  EXPECT_EQ(done(desk_.create(account_, wish())).error().code, errc::bad_request);
  EXPECT_EQ(done(desk_.update(account_, wish())).error().code, errc::bad_request);
  EXPECT_EQ(done(desk_.remove(account_, "bot")).error().code, errc::bad_request);
  EXPECT_EQ(done(desk_.call(account_, order())).error().code, errc::bad_request);
  EXPECT_EQ(world_.http.sent(), 0U);
}

}  // namespace
}  // namespace latchkey
