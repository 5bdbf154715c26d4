// The ID token of a refresh (OIDC Core §12.2): whatever it is, the tokens that came with it are neither lost nor held
// up.
#include <gmock/gmock.h>

#include "tests/daemon/id_token_fixture.h"

namespace latchkey {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class IdTokenRefresh : public IdTokenTest {
 protected:
  void brings(const secret& id_token) {
    given_a_grant_of("24400320");
    world_.http.answer(200, tokens(2, id_token));
    world_.http.answer(200, jwks("p1"));
    refresh();
  }

  task<> log_out() {
    const auto done = co_await account_->logout(false);
    EXPECT_TRUE(done);
  }

  void expect_served_and_stored() {
    EXPECT_THAT(served_, ElementsAre("access-2"));
    EXPECT_EQ(stored().refresh_token, secret("refresh-2"));
    EXPECT_THAT(faults_, IsEmpty());
  }
};

TEST_F(IdTokenRefresh, AGoodOneTakesThePlaceOfTheLast) {
  const secret fresh = id_token();
  brings(fresh);
  expect_served_and_stored();
  EXPECT_EQ(account_->current().id_token, fresh);
  EXPECT_EQ(account_->id_token_trouble(), "");
}

TEST_F(IdTokenRefresh, TheNonceOfTheLoginIsNotExpectedAgain) {
  auto claims = testing_issuer::good_claims();
  claims.erase("nonce");
  brings(testing_issuer::token_of(claims));
  EXPECT_NE(account_->current().id_token, secret("the-first-id-token"));
}

TEST_F(IdTokenRefresh, TheTokensAreStoredAndServedBeforeTheKeysAreAskedFor) {
  given_a_grant_of("24400320");
  world_.store.on_save = [this] { EXPECT_THAT(asked(), ElementsAre(token_request)); };
  world_.http.answer(200, tokens(2, id_token()));
  refresh();
  expect_served_and_stored();
  EXPECT_EQ(world_.store.saves, 1);
  EXPECT_THAT(asked(), ElementsAre(token_request, keys_request));
}

TEST_F(IdTokenRefresh, OneThatIsNotBelievedCostsNoTokenAndIsNotKept) {
  auto claims = testing_issuer::good_claims();
  claims["aud"] = "another";
  brings(testing_issuer::token_of(claims));
  expect_served_and_stored();
  EXPECT_EQ(account_->current().id_token, secret("the-first-id-token"));
  EXPECT_THAT(account_->id_token_trouble(), HasSubstr("account work: the ID token"));
  EXPECT_THAT(account_->id_token_trouble(), HasSubstr("aud"));
  EXPECT_THAT(asked(), ElementsAre(token_request, keys_request)) << "nothing is revoked";
}

TEST_F(IdTokenRefresh, O7_OneThatCameWithAnotherAccessTokenIsNotKept) {
  auto claims = testing_issuer::good_claims();
  claims["at_hash"] = "77QmUPtjPfzWtF2AnpK9RQ";
  brings(testing_issuer::token_of(claims));
  expect_served_and_stored();
  EXPECT_EQ(account_->current().id_token, secret("the-first-id-token"));
  EXPECT_THAT(account_->id_token_trouble(), HasSubstr("at_hash"));
}

// What the provider calls the scopes now does not matter where the login told whose grant it is.
TEST_F(IdTokenRefresh, O9_WhereOpenidIsNotNamedAnyMoreThePersonStillCounts) {
  given_a_grant_of("24400320");
  auto answer = nlohmann::json::parse(tokens(2, id_token("another")));
  answer["scope"] = "mail";
  world_.http.answer(200, answer.dump());
  world_.http.answer(200, jwks("p1"));
  refresh();
  expect_served_and_stored();
  EXPECT_THAT(account_->id_token_trouble(), HasSubstr("another person"));
}

TEST_F(IdTokenRefresh, OneThatNobodyAskedForIsNothingToUs) {
  given_a_grant_of("");
  auto answer = nlohmann::json::parse(tokens(2, id_token()));
  answer["scope"] = "mail";
  world_.http.answer(200, answer.dump());
  refresh();
  expect_served_and_stored();
  EXPECT_EQ(account_->current().subject, "");
  EXPECT_THAT(asked(), ElementsAre(token_request));
}

TEST_F(IdTokenRefresh, WhereNobodyPublishesKeysItIsNotKept) {
  account_config plain = at_issuer();
  plain.issuer = "https://plain.example";
  account_ = std::make_shared<account>(surroundings_, plain);
  grant value = granted(1, world_.clock.now().wall);
  value.scopes = {"openid"};
  value.bound_to = grant_binding(plain);
  world_.store.records[grant_id()] = {encode_grant(value), 1};
  auto document = metadata();
  document["issuer"] = plain.issuer;
  document.erase("jwks_uri");
  world_.http.answer(200, document.dump());
  world_.http.answer(200, tokens(2, id_token()));
  refresh();
  expect_served_and_stored();
  EXPECT_TRUE(account_->current().id_token.empty());
  EXPECT_EQ(account_->id_token_trouble(), "");
}

TEST_F(IdTokenRefresh, O9_OneOfAnotherPersonIsNotBelieved) {
  brings(id_token("another"));
  expect_served_and_stored();
  EXPECT_EQ(stored().subject, "24400320");
  EXPECT_EQ(account_->current().subject, "24400320");
  EXPECT_THAT(account_->id_token_trouble(), HasSubstr("another person"));
}

TEST_F(IdTokenRefresh, TheTroubleEndsWithTheNextGoodOne) {
  brings(id_token("another"));
  world_.http.answer(200, tokens(3, id_token()));
  token_wanted wanted;
  wanted.stale_generation = 2;
  ask(std::move(wanted));
  settle();
  EXPECT_EQ(account_->id_token_trouble(), "");
}

TEST_F(IdTokenRefresh, AGrantOfAnOlderLatchkeyLearnsWhoseItIs) {
  given_a_grant_of("");
  world_.http.answer(200, tokens(2, id_token()));
  world_.http.answer(200, jwks("p1"));
  refresh();
  EXPECT_EQ(account_->current().subject, "24400320");
}

TEST_F(IdTokenRefresh, D8_AfterARotationOfTheKeysTheNewOnesAreAskedForOnce) {
  brings(id_token());
  world_.http.answer(200, tokens(3, id_token("24400320", "p2")));
  world_.http.answer(200, jwks("p2"));
  token_wanted wanted;
  wanted.stale_generation = 2;
  ask(std::move(wanted));
  settle();
  EXPECT_EQ(account_->id_token_trouble(), "");
  EXPECT_THAT(asked(), ElementsAre(token_request, keys_request, token_request, keys_request));
}

TEST_F(IdTokenRefresh, D9_WithoutKeysTheTokensAreGoodAllTheSame) {
  given_a_grant_of("24400320");
  world_.http.answer(200, tokens(2, id_token()));
  world_.http.fail({errc::temporarily_unavailable, "no route to id.example"});
  refresh();
  expect_served_and_stored();
  EXPECT_THAT(account_->id_token_trouble(), HasSubstr("no route to id.example"));
  EXPECT_EQ(account_->current().id_token, secret("the-first-id-token"));
}

TEST_F(IdTokenRefresh, ALogoutWhileItIsLookedAtLeavesNothingBehind) {
  given_a_grant_of("24400320");
  world_.http.answer(200, tokens(2, id_token()));
  world_.store.on_save = [this] { world_.http.hold(); };
  refresh();
  EXPECT_TRUE(account_->busy());
  run(log_out());
  world_.http.answer(200, jwks("p1"));
  world_.http.release();
  settle();
  EXPECT_TRUE(account_->current().id_token.empty());
  EXPECT_EQ(account_->view().state, "logged_out");
  EXPECT_TRUE(world_.store.records.empty());
}

}  // namespace
}  // namespace latchkey
