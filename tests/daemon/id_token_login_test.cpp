// The ID token of a login: what is stored where it is good, and that nothing is where it is not.
#include <gmock/gmock.h>

#include "tests/daemon/id_token_fixture.h"

namespace latchkey {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class IdTokenLogin : public IdTokenTest {
 protected:
  void comes(const secret& id_token) {
    world_.http.answer(200, tokens(1, id_token));
    world_.http.answer(200, jwks("p1"));
  }

  void expect_refused(errc code, const std::string& because) {
    ASSERT_TRUE(ended_ && !*ended_);
    EXPECT_EQ(ended_->error().code, code);
    EXPECT_THAT(ended_->error().message, HasSubstr(because));
  }
};

TEST_F(IdTokenLogin, AGoodOneIsKeptWithWhomItNames) {
  comes(id_token());
  log_in();
  ASSERT_TRUE(ended_ && *ended_) << ended_->error().message;
  EXPECT_EQ(stored().subject, "24400320");
  EXPECT_FALSE(stored().id_token.empty());
  EXPECT_THAT(asked(), ElementsAre(token_request, keys_request));
}

TEST_F(IdTokenLogin, ItsKeysAreFetchedOnceForManyLogins) {
  comes(id_token());
  log_in();
  world_.http.answer(200, tokens(2, id_token()));
  log_in();
  EXPECT_TRUE(*ended_);
  EXPECT_THAT(asked(), ElementsAre(token_request, keys_request, token_request));
}

TEST_F(IdTokenLogin, O4_ATenantsTokenIsCheckedAgainstTheTenantThatWasAskedFor) {
  const std::string tenant = "8eaef023-2b34-4da1-9baa-8bc8c9d6a490";
  auto claims = testing_issuer::good_claims();
  claims["iss"] = "https://id.example/" + tenant + "/v2.0";
  claims["tid"] = tenant;
  server_.issuer = "";
  server_.id_token_issuer = "https://id.example/{tenant}/v2.0";
  comes(testing_issuer::token_of(claims));
  log_in();
  ASSERT_TRUE(ended_ && *ended_) << ended_->error().message;
  EXPECT_EQ(stored().subject, "24400320");
  server_.id_token_issuer = "https://id.example/82229342-1101-4ab6-817b-70c0747630f3/v2.0";
  world_.http.answer(200, tokens(2, testing_issuer::token_of(claims)));
  log_in();
  expect_refused(errc::login_failed, "of another issuer");
}

TEST_F(IdTokenLogin, O6_OneThatIsNotBelievedEndsTheLoginAndItsTokens) {
  auto claims = testing_issuer::good_claims();
  claims["nonce"] = "of another login";
  comes(testing_issuer::token_of(claims));
  world_.http.answer(200, "");
  log_in();
  expect_refused(errc::login_failed, "nonce");
  EXPECT_TRUE(world_.store.records.empty());
  EXPECT_THAT(asked(), ElementsAre(token_request, keys_request, revocation));
  EXPECT_THAT(world_.http.requests.back(), HasSubstr("refresh-1"));
}

// At some providers that would end the older grant with it.
TEST_F(IdTokenLogin, O6_BesideAnOlderGrantTheNewTokensAreNotRevokedAndTheOldOnesLiveOn) {
  given_a_grant_of("24400320");
  auto claims = testing_issuer::good_claims();
  claims["nonce"] = "of another login";
  world_.http.answer(200, tokens(7, testing_issuer::token_of(claims)));
  world_.http.answer(200, jwks("p1"));
  log_in();
  expect_refused(errc::login_failed, "nonce");
  EXPECT_EQ(stored().refresh_token, secret("refresh-1"));
  EXPECT_THAT(asked(), ElementsAre(token_request, keys_request));
  ask();
  settle();
  EXPECT_THAT(served_, ElementsAre("access-1"));
}

TEST_F(IdTokenLogin, O7_OneThatCameWithAnotherAccessTokenEndsTheLogin) {
  auto claims = testing_issuer::good_claims();
  claims["at_hash"] = "77QmUPtjPfzWtF2AnpK9RQ";
  comes(testing_issuer::token_of(claims));
  world_.http.answer(200, "");
  log_in();
  expect_refused(errc::login_failed, "at_hash");
  EXPECT_TRUE(world_.store.records.empty());
}

TEST_F(IdTokenLogin, O9_AnotherPersonReplacesNothingUnasked) {
  given_a_grant_of("the-first");
  comes(id_token("the-second"));
  log_in();
  expect_refused(errc::other_user, "the-first at https://id.example, and the user the-second");
  EXPECT_EQ(stored().refresh_token, secret("refresh-1"));
  EXPECT_EQ(stored().subject, "the-first");
  EXPECT_THAT(asked(), ElementsAre(token_request, keys_request)) << "nothing is revoked";
}

TEST_F(IdTokenLogin, O9_AnotherPersonReplacesTheGrantWhereThatWasAgreedTo) {
  given_a_grant_of("the-first");
  world_.http.answer(200, tokens(7, id_token("the-second")));
  world_.http.answer(200, jwks("p1"));
  log_in(true);
  ASSERT_TRUE(*ended_);
  EXPECT_EQ(stored().refresh_token, secret("refresh-7"));
  EXPECT_EQ(stored().subject, "the-second");
  EXPECT_EQ(stored().generation, 2U);
}

TEST_F(IdTokenLogin, O9_TheSamePersonIsNotAskedAbout) {
  given_a_grant_of("the-first");
  world_.http.answer(200, tokens(7, id_token("the-first")));
  world_.http.answer(200, jwks("p1"));
  log_in();
  EXPECT_TRUE(*ended_);
  EXPECT_EQ(stored().refresh_token, secret("refresh-7"));
}

TEST_F(IdTokenLogin, O9_AGrantThatNamesNobodyTakesWhoeverComes) {
  given_a_grant_of("");
  world_.http.answer(200, tokens(7, id_token("somebody")));
  world_.http.answer(200, jwks("p1"));
  log_in();
  EXPECT_TRUE(*ended_);
  EXPECT_EQ(stored().subject, "somebody");
}

TEST_F(IdTokenLogin, D8_AKeyThatIsNotKnownIsAskedForOnce) {
  world_.http.answer(200, tokens(1, id_token("24400320", "the new one")));
  world_.http.answer(200, jwks("p1"));
  world_.http.answer(200, jwks("the new one"));
  log_in();
  ASSERT_TRUE(*ended_) << ended_->error().message;
  EXPECT_THAT(asked(), ElementsAre(token_request, keys_request, keys_request));
}

TEST_F(IdTokenLogin, O8_AKeyThatTheIssuerDoesNotKnowEitherEndsTheLogin) {
  world_.http.answer(200, tokens(1, id_token("24400320", "mine")));
  for (int i = 0; i < 2; ++i) world_.http.answer(200, jwks("p1"));
  world_.http.answer(200, "");
  log_in();
  expect_refused(errc::login_failed, "no key \"mine\"");
  EXPECT_TRUE(world_.store.records.empty());
  EXPECT_THAT(asked(), ElementsAre(token_request, keys_request, keys_request, revocation));
}

TEST_F(IdTokenLogin, D8_SoonAfterwardsItIsALoginToTryAgain) {
  world_.http.answer(200, tokens(1, id_token("24400320", "mine")));
  for (int i = 0; i < 2; ++i) world_.http.answer(200, jwks("p1"));
  world_.http.answer(200, "");
  log_in();
  world_.http.answer(200, tokens(2, id_token("24400320", "another")));
  world_.http.answer(200, "");
  log_in();
  expect_refused(errc::temporarily_unavailable, "no key \"another\"");
  EXPECT_EQ(world_.http.sent(), 6U);
}

TEST_F(IdTokenLogin, WhereTheKeysCannotBeHadTheLoginFailsForNow) {
  world_.http.answer(200, tokens(1, id_token()));
  fault no_route(errc::temporarily_unavailable, "no route to id.example");
  no_route.retry_after = seconds(7);
  world_.http.fail(no_route);
  world_.http.answer(200, "");
  log_in();
  expect_refused(errc::temporarily_unavailable, "no route to id.example");
  EXPECT_EQ(ended_->error().retry_after, seconds(7));
  EXPECT_TRUE(world_.store.records.empty());
}

TEST_F(IdTokenLogin, WhereNobodyPublishesKeysItIsNotKept) {
  server_.jwks_uri.clear();
  server_.issuer = "https://plain.example";
  auto plain = metadata();
  plain["issuer"] = "https://plain.example";
  plain.erase("jwks_uri");
  world_.http.answer(200, tokens(1, id_token()));
  world_.http.answer(200, plain.dump());
  log_in();
  ASSERT_TRUE(*ended_) << ended_->error().message;
  EXPECT_EQ(stored().access_token, secret("access-1"));
  EXPECT_TRUE(stored().id_token.empty());
  EXPECT_EQ(stored().subject, "");
}

TEST_F(IdTokenLogin, WhereTheProviderNamesNoIssuerItIsNotKept) {
  server_.issuer.clear();
  world_.http.answer(200, tokens(1, id_token()));
  log_in();
  ASSERT_TRUE(*ended_) << ended_->error().message;
  EXPECT_TRUE(stored().id_token.empty());
  EXPECT_THAT(asked(), ElementsAre(token_request));
}

TEST_F(IdTokenLogin, APresetWithoutAnAddressOfKeysHasItFromDiscovery) {
  server_.jwks_uri.clear();
  comes(id_token());
  log_in();
  EXPECT_TRUE(*ended_);
  EXPECT_EQ(stored().subject, "24400320");
  EXPECT_THAT(asked(), ElementsAre(token_request, keys_request));
}

TEST_F(IdTokenLogin, WithoutOneTheLoginEndsWellAndNobodyIsKnown) {
  world_.http.answer(200, tokens(1, secret()));
  log_in();
  EXPECT_TRUE(*ended_);
  EXPECT_EQ(stored().access_token, secret("access-1"));
  EXPECT_EQ(stored().subject, "");
}

TEST_F(IdTokenLogin, OneThatNobodyAskedForIsNothingToUs) {
  server_.openid = false;
  world_.http.answer(200, tokens(1, secret("no.good.one")));
  log_in();
  EXPECT_TRUE(*ended_);
  EXPECT_TRUE(stored().id_token.empty());
  EXPECT_THAT(asked(), ElementsAre(token_request));
}

TEST_F(IdTokenLogin, C9_AnAccountThatIsRemovedMeanwhileGetsNoGrantHoweverGoodTheIdTokenIs) {
  world_.http.answer(200, tokens(1, id_token()));
  world_.http.hold();
  log_in();
  account_->retire();
  world_.http.answer(200, jwks("p1"));
  world_.http.answer(200, "");
  world_.http.release();
  settle();
  expect_refused(errc::login_failed, "was removed");
  EXPECT_TRUE(world_.store.records.empty());
}

class DeviceIdToken : public IdTokenLogin {
 protected:
  void ask_device() {
    account::device_question question;
    question.server = server_;
    question.device_code = secret("the-device-code");
    question.asked = {"openid"};
    question.bound_to = grant_binding(at_issuer());
    run(poll(std::move(question)));
  }

  task<> poll(account::device_question question) {
    const auto refused = co_await account_->poll_device(std::move(question));
    ended_ = refused ? result<>(refused->why) : result<>();
    EXPECT_TRUE(!refused || refused->what == token_failure::kind::permanent);
  }
};

TEST_F(DeviceIdToken, ItIsCheckedWithoutANonce) {
  auto claims = testing_issuer::good_claims();
  claims.erase("nonce");
  comes(testing_issuer::token_of(claims));
  ask_device();
  EXPECT_TRUE(*ended_) << ended_->error().message;
  EXPECT_EQ(stored().subject, "24400320");
}

TEST_F(DeviceIdToken, O3_OneForAnotherClientEndsTheLogin) {
  auto claims = testing_issuer::good_claims();
  claims["aud"] = "another";
  comes(testing_issuer::token_of(claims));
  world_.http.answer(200, "");
  ask_device();
  expect_refused(errc::login_failed, "aud");
  EXPECT_TRUE(world_.store.records.empty());
}

}  // namespace
}  // namespace latchkey
