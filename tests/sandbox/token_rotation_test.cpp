#include "tests/sandbox/sandbox_state_fixture.h"

namespace latchkey::sandbox {
namespace {

TEST_F(SandboxState, RefreshRotatesBothAndKillsTheOldAccessTokenAtOnce) {
  const issued_tokens first = login();
  const issued_tokens second = *refresh(first.refresh_token);
  EXPECT_NE(second.access_token, first.access_token);
  EXPECT_NE(second.refresh_token, first.refresh_token);
  EXPECT_EQ(second.expires_in, seconds(14400));
  EXPECT_FALSE(is_alive(first.access_token));
  EXPECT_TRUE(is_alive(second.access_token));
}

TEST_F(SandboxState, ReuseOfAnOldRefreshTokenEndsTheGrant) {
  const issued_tokens first = login();
  const issued_tokens bystander = login();
  const issued_tokens second = *refresh(first.refresh_token);
  EXPECT_EQ(refresh(first.refresh_token).error().code, "invalid_grant");
  EXPECT_FALSE(is_alive(second.access_token));
  EXPECT_EQ(refresh(second.refresh_token).error().code, "invalid_grant");
  EXPECT_TRUE(is_alive(bystander.access_token));
  EXPECT_EQ(state.count.reuse_detected, 1U);
  EXPECT_EQ(state.count.refreshes_refused, 2U);
  EXPECT_EQ(state.count.refreshes, 1U);
}

TEST_F(SandboxState, AnotherClientsRefreshTokenIsRefusedAndHarmsNothing) {
  const issued_tokens tokens = login();
  const auto asked = form({{"grant_type", "refresh_token"}, {"refresh_token", tokens.refresh_token}});
  EXPECT_EQ(state.token(other(), asked, now).error().code, "invalid_grant");
  EXPECT_TRUE(refresh(tokens.refresh_token));
}

TEST_F(SandboxState, RefreshMayNarrowButNotWiden) {
  const issued_tokens tokens = login({{"scope", "account.info:basic account.info:name"}});
  EXPECT_EQ(refresh(tokens.refresh_token, {{"scope", balance_scope}}).error().code, "invalid_scope");
  const issued_tokens narrow = *refresh(tokens.refresh_token, {{"scope", "account.info:name"}});
  EXPECT_EQ(*state.scopes_of(narrow.access_token, now), scope_list{"account.info:name"});
  const issued_tokens whole = *refresh(narrow.refresh_token);
  EXPECT_EQ(state.scopes_of(whole.access_token, now)->size(), 2U);
}

TEST_F(SandboxState, TokensEndWithTheirLifetimes) {
  const issued_tokens tokens = login();
  now += seconds(14399);
  EXPECT_TRUE(is_alive(tokens.access_token));
  now += seconds(1);
  EXPECT_FALSE(is_alive(tokens.access_token));
  now += std::chrono::days(30);
  EXPECT_EQ(refresh(tokens.refresh_token).error().code, "invalid_grant");
  EXPECT_EQ(state.count.reuse_detected, 0U);
}

TEST_F(SandboxState, RevocationEndsTheGrantByEitherToken) {
  for (const bool by_access_token : {true, false}) {
    const issued_tokens tokens = login();
    const auto asked = form({{"token", by_access_token ? tokens.access_token : tokens.refresh_token}});
    EXPECT_EQ(state.revoke(other(), asked)->code, "invalid_grant");
    EXPECT_TRUE(is_alive(tokens.access_token));
    EXPECT_FALSE(state.revoke(demo(), asked));
    EXPECT_FALSE(is_alive(tokens.access_token));
    EXPECT_FALSE(refresh(tokens.refresh_token));
  }
  EXPECT_EQ(state.revoke(demo(), form({}))->code, "invalid_request");
  EXPECT_FALSE(state.revoke(demo(), form({{"token", "unknown"}}))) << "RFC 7009 §2.2";
  EXPECT_EQ(state.count.revocations, 2U);
}

TEST_F(SandboxState, ExpiringAccessTokensLeavesTheGrant) {
  const issued_tokens tokens = login();
  state.expire_access_tokens();
  EXPECT_FALSE(is_alive(tokens.access_token));
  EXPECT_TRUE(refresh(tokens.refresh_token));
}

TEST_F(SandboxState, ForgettingGrantsIsNotReuse) {
  const issued_tokens tokens = login();
  const std::string code = code_for();
  state.forget_grants();
  EXPECT_FALSE(is_alive(tokens.access_token));
  EXPECT_EQ(refresh(tokens.refresh_token).error().code, "invalid_grant");
  EXPECT_FALSE(exchange(code));
  EXPECT_EQ(state.count.reuse_detected, 0U);
}

class Grace : public SandboxState {
 protected:
  static settings ten_seconds() {
    settings rules = two_clients();
    rules.tokens.grace = seconds(10);
    return rules;
  }
  Grace() : SandboxState(ten_seconds()) {}
};

TEST_F(Grace, TheLastRefreshTokenGivesTheSameTokensAgain) {
  const issued_tokens first = login();
  const issued_tokens second = *refresh(first.refresh_token);
  now += seconds(10);
  const issued_tokens again = *refresh(first.refresh_token);
  EXPECT_EQ(again.access_token, second.access_token);
  EXPECT_EQ(again.refresh_token, second.refresh_token);
  EXPECT_EQ(again.expires_in, seconds(14390));
  EXPECT_TRUE(is_alive(second.access_token));
  EXPECT_EQ(state.count.refreshes, 1U);
  EXPECT_EQ(state.count.refreshes_repeated, 1U);
}

TEST_F(Grace, EndsWithItsTime) {
  const issued_tokens first = login();
  const issued_tokens second = *refresh(first.refresh_token);
  now += seconds(11);
  EXPECT_FALSE(refresh(first.refresh_token));
  EXPECT_FALSE(is_alive(second.access_token));
  EXPECT_EQ(state.count.reuse_detected, 1U);
}

TEST_F(Grace, DoesNotCoverTheOneBeforeTheLast) {
  const issued_tokens first = login();
  const issued_tokens second = *refresh(first.refresh_token);
  EXPECT_TRUE(refresh(second.refresh_token));
  EXPECT_FALSE(refresh(first.refresh_token));
  EXPECT_EQ(state.count.reuse_detected, 1U);
}

class Coexisting : public SandboxState {
 protected:
  static settings coexisting() {
    settings rules = two_clients();
    rules.tokens.kind = access_tokens::coexisting;
    return rules;
  }
  Coexisting() : SandboxState(coexisting()) {}
};

TEST_F(Coexisting, TheOldAccessTokenLivesOnUntilTheGrantEnds) {
  const issued_tokens first = login();
  const issued_tokens second = *refresh(first.refresh_token);
  EXPECT_TRUE(is_alive(first.access_token));
  EXPECT_TRUE(is_alive(second.access_token));
  EXPECT_FALSE(refresh(first.refresh_token));
  EXPECT_FALSE(is_alive(first.access_token));
}

}  // namespace
}  // namespace latchkey::sandbox
