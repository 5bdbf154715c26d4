#include "tests/sandbox/sandbox_state_fixture.h"

namespace latchkey::sandbox {
namespace {

TEST_F(SandboxState, AsksThePersonAndGivesTheCodeWithTheState) {
  const auto question = std::get<consent_question>(state.authorize(request({{"state", "a b&c=\n"}}), now));
  EXPECT_EQ(question.client_name, "Demo app");
  const std::string location = state.decide(question.id, decision::allow, now)->location;
  EXPECT_TRUE(location.starts_with("http://127.0.0.1:9000/callback?code=")) << location;
  EXPECT_EQ(parameter_of(location, "state"), "a b&c=\n");
}

TEST_F(SandboxState, DenyIsAccessDenied) {
  const auto question = std::get<consent_question>(state.authorize(request({{"state", "s"}}), now));
  const std::string location = state.decide(question.id, decision::deny, now)->location;
  EXPECT_EQ(location, "http://127.0.0.1:9000/callback?error=access_denied&state=s");
}

TEST_F(SandboxState, AQuestionIsAnsweredOnceAndInTime) {
  const auto question = std::get<consent_question>(state.authorize(request(), now));
  EXPECT_TRUE(state.decide(question.id, decision::allow, now));
  EXPECT_FALSE(state.decide(question.id, decision::allow, now));
  const auto late = std::get<consent_question>(state.authorize(request(), now));
  EXPECT_FALSE(state.decide(late.id, decision::allow, now + std::chrono::minutes(10)));
  EXPECT_FALSE(state.decide("never-asked", decision::allow, now));
}

TEST_F(SandboxState, TellsThePersonAndNobodyElseWhereTheRedirectIsNotTrusted) {
  const pairs hostile[] = {
      {{"client_id", "nobody"}, {"redirect_uri", redirect_uri}},
      {{"client_id", "demo-client"}},
      {{"client_id", "demo-client"}, {"redirect_uri", "https://127.0.0.1/"}},
      {{"client_id", "demo-client"}, {"redirect_uri", "http://127.0.0.1.example.com/"}},
      {{"client_id", "demo-client"}, {"redirect_uri", "http://127.0.0.1@example.com/"}},
      {{"client_id", "demo-client"}, {"redirect_uri", "http://user@127.0.0.1/"}},
      {{"client_id", "demo-client"}, {"redirect_uri", "http://127.0.0.1/#fragment"}},
      {{"client_id", "demo-client"}, {"redirect_uri", "http://192.0.2.1/"}},
  };
  for (const pairs& asked : hostile) {
    EXPECT_TRUE(std::holds_alternative<authorize_refused>(state.authorize(form(asked), now))) << asked.back().second;
  }
}

TEST_F(SandboxState, TakesEveryLoopbackForm) {
  for (const auto* uri : {"http://127.0.0.1/cb", "http://localhost:5/cb", "http://[::1]:80/", "http://127.0.0.1:1"}) {
    const auto asked = form({{"client_id", "demo-client"}, {"redirect_uri", uri}, {"response_type", "code"}});
    EXPECT_TRUE(std::holds_alternative<consent_question>(state.authorize(asked, now))) << uri;
  }
}

TEST_F(SandboxState, SendsOtherMistakesBackToTheClient) {
  const struct {
    pairs more;
    std::string error;
  } mistakes[] = {
      {{{"scope", "account.info:basic account.info:everything"}}, "invalid_scope"},
      {{{"code_challenge", challenge}}, "invalid_request"},
      {{{"code_challenge", challenge}, {"code_challenge_method", "plain"}}, "invalid_request"},
  };
  for (const auto& [more, error] : mistakes) EXPECT_EQ(parameter_of(asked_location(request(more)), "error"), error);
  const pairs implicit{
      {"client_id", "demo-client"}, {"redirect_uri", redirect_uri}, {"response_type", "token"}, {"state", "s"}};
  EXPECT_EQ(parameter_of(asked_location(form(implicit)), "error"), "unsupported_response_type");
  EXPECT_EQ(parameter_of(asked_location(form(implicit)), "state"), "s");
}

TEST_F(SandboxState, NoScopeMeansAll) {
  const issued_tokens tokens = login();
  EXPECT_EQ(*state.scopes_of(tokens.access_token, now), all_scopes());
  const issued_tokens narrow = login({{"scope", balance_scope}});
  EXPECT_EQ(*state.scopes_of(narrow.access_token, now), scope_list{balance_scope});
}

TEST_F(SandboxState, AuthenticatesByBasicAlone) {
  EXPECT_EQ(state.authenticate(std::nullopt), nullptr);
  EXPECT_EQ(state.authenticate(credentials{"nobody", ""}), nullptr);
  EXPECT_EQ(state.authenticate(credentials{"demo-client", "something"}), nullptr);
  EXPECT_EQ(state.authenticate(credentials{"other-client", ""}), nullptr);
  EXPECT_EQ(state.authenticate(credentials{"other-client", "s3creT"}), nullptr);
  EXPECT_NE(state.authenticate(credentials{"other-client", "s3cret"}), nullptr);
}

TEST_F(SandboxState, ChecksTheVerifier) {
  const pairs with{{"code_challenge", challenge}, {"code_challenge_method", "S256"}};
  EXPECT_TRUE(exchange(code_for(with), {{"code_verifier", verifier}}));
  EXPECT_EQ(exchange(code_for(with), {{"code_verifier", "wrong"}}).error().code, "invalid_grant");
  EXPECT_EQ(exchange(code_for(with)).error().code, "invalid_grant");
  EXPECT_EQ(exchange(code_for(), {{"code_verifier", verifier}}).error().code, "invalid_grant");
}

TEST_F(SandboxState, AWrongVerifierSpendsTheCode) {
  const std::string code = code_for({{"code_challenge", challenge}, {"code_challenge_method", "S256"}});
  EXPECT_FALSE(exchange(code, {{"code_verifier", "wrong"}}));
  EXPECT_FALSE(exchange(code, {{"code_verifier", verifier}}));
}

TEST_F(SandboxState, ACodeUsedTwiceRevokesItsGrant) {
  const std::string code = code_for();
  const issued_tokens tokens = *exchange(code);
  EXPECT_TRUE(is_alive(tokens.access_token));
  EXPECT_EQ(exchange(code).error().code, "invalid_grant");
  EXPECT_FALSE(is_alive(tokens.access_token));
  EXPECT_EQ(refresh(tokens.refresh_token).error().code, "invalid_grant");
  EXPECT_EQ(state.count.code_exchanges, 1U);
}

TEST_F(SandboxState, ACodeIsBoundToClientRedirectAndTime) {
  const std::string code = code_for();
  const auto asked = form({{"grant_type", "authorization_code"}, {"code", code}, {"redirect_uri", redirect_uri}});
  EXPECT_EQ(state.token(other(), asked, now).error().code, "invalid_grant");
  EXPECT_TRUE(exchange(code)) << "another client's try must not spend it";

  const auto elsewhere =
      form({{"grant_type", "authorization_code"}, {"code", code_for()}, {"redirect_uri", "http://127.0.0.1:1/x"}});
  EXPECT_EQ(state.token(demo(), elsewhere, now).error().code, "invalid_grant");

  const std::string late = code_for();
  now += seconds(60);
  EXPECT_EQ(exchange(late).error().code, "invalid_grant");
}

TEST_F(SandboxState, NamesTheMistakeOfATokenRequest) {
  const struct {
    pairs asked;
    std::string error;
  } mistakes[] = {
      {{}, "invalid_request"},
      {{{"grant_type", "authorization_code"}}, "invalid_request"},
      {{{"grant_type", "refresh_token"}}, "invalid_request"},
      {{{"grant_type", "password"}}, "unsupported_grant_type"},
      {{{"grant_type", "refresh_token"}, {"refresh_token", "x"}}, "invalid_grant"},
      {{{"grant_type", "refresh_token"}, {"refresh_token", "x"}, {"client_id", "other-client"}}, "invalid_request"},
  };
  for (const auto& [asked, error] : mistakes) EXPECT_EQ(state.token(demo(), form(asked), now).error().code, error);
}

class Strict : public SandboxState {
 protected:
  static settings strict() {
    settings rules = two_clients();
    rules.proof = pkce::required;
    rules.redirects = redirect_rule::exact;
    rules.redirect_uris = {redirect_uri};
    return rules;
  }
  Strict() : SandboxState(strict()) {}
};

TEST_F(Strict, WantsPkceAndTheExactRedirect) {
  EXPECT_EQ(parameter_of(asked_location(request()), "error"), "invalid_request");
  const pairs with{{"code_challenge", challenge}, {"code_challenge_method", "S256"}};
  EXPECT_TRUE(exchange(code_for(with), {{"code_verifier", verifier}}));
  const auto moved = form({{"client_id", "demo-client"}, {"redirect_uri", "http://127.0.0.1:9001/callback"}});
  EXPECT_TRUE(std::holds_alternative<authorize_refused>(state.authorize(moved, now)));
}

}  // namespace
}  // namespace latchkey::sandbox
