#include "core/grant.h"

#include <gtest/gtest.h>

namespace latchkey {
namespace {

using namespace std::chrono_literals;

constexpr instant now{boot_time(5000s), wall_time(1'800'000'000s)};
constexpr instant later{now.boot + 1h, now.wall + 1h};

token_response answer(std::string_view access, std::string_view refresh) {
  token_response response;
  response.access_token = secret(access);
  response.token_type = "Bearer";
  response.refresh_token = secret(refresh);
  return response;
}

grant first_grant() {
  return next_grant({}, answer("access-1", "refresh-1"), {"a", "b"}, nullptr, 0, now);
}

TEST(Grant, R14_OfTwoClocksTheOneThatSaysEarlierIsBelieved) {
  grant held;
  held.obtained_at = now.wall;
  held.obtained_boot = now.boot;
  EXPECT_FALSE(held.expires_boot(now, "boot"));
  held.lifetime = 60s;
  held.boot_id = "boot";
  const boot_time end = now.boot + 60s;
  const auto expires = [&](seconds boot_later, seconds wall_later, std::string_view boot) {
    const instant then{now.boot + boot_later, now.wall + wall_later};
    return *held.expires_boot(then, boot);
  };
  constexpr seconds year = 366 * 24h;
  EXPECT_EQ(expires(10s, 10s, "boot"), end);
  EXPECT_EQ(expires(10s, -year, "boot"), end);                         // The wall clock was set back.
  EXPECT_LE(expires(10s, 600s, "boot"), now.boot + 10s);               // The virtual machine was paused.
  EXPECT_EQ(expires(-4000s, 10s, "another"), now.boot - 4000s + 49s);  // The computer was started anew.
  EXPECT_LE(expires(-4000s, 600s, "another"), now.boot - 4000s);
  EXPECT_LE(expires(-4000s, -1s, "another"), now.boot - 4000s);  // Nothing can be known.
  EXPECT_LE(expires(10s, 8000 * year, "boot"), now.boot + 10s);
  held.boot_id.clear();
  EXPECT_LE(expires(10s, -1s, ""), now.boot + 10s);
}

TEST(Grant, ExpiresAtIsUnknownWhereTheLifetimeIs) {
  grant held;
  held.obtained_at = now.wall;
  EXPECT_FALSE(held.expires_at());
  held.lifetime = 60s;
  EXPECT_EQ(held.expires_at(), now.wall + 60s);
}

TEST(Grant, CloneHasEverything) {
  grant held = first_grant();
  held.id_token = secret("id");
  held.subject = "somebody";
  held.lifetime = 60s;
  const grant copy = held.clone();
  EXPECT_EQ(copy.access_token, held.access_token);
  EXPECT_EQ(copy.token_type, held.token_type);
  EXPECT_EQ(copy.refresh_token, held.refresh_token);
  EXPECT_EQ(copy.id_token, held.id_token);
  EXPECT_EQ(copy.subject, held.subject);
  EXPECT_EQ(copy.scopes, held.scopes);
  EXPECT_EQ(copy.obtained_at, held.obtained_at);
  EXPECT_EQ(copy.lifetime, held.lifetime);
  EXPECT_EQ(copy.refresh_obtained_at, held.refresh_obtained_at);
  EXPECT_EQ(copy.generation, held.generation);
}

TEST(NextGrant, AFirstLoginIsGenerationOne) {
  const grant made = first_grant();
  EXPECT_EQ(made.generation, 1U);
  EXPECT_EQ(made.access_token, secret("access-1"));
  EXPECT_EQ(made.refresh_token, secret("refresh-1"));
  EXPECT_EQ(made.token_type, "Bearer");
  EXPECT_EQ(made.obtained_at, now.wall);
  EXPECT_EQ(made.obtained_boot, now.boot);
  EXPECT_EQ(made.refresh_obtained_at, now.wall);
  EXPECT_FALSE(made.lifetime);
}

TEST(NextGrant, TheGenerationCountsOnWhateverWasBefore) {
  EXPECT_EQ(next_grant({}, answer("a", "r"), {}, nullptr, 41, now).generation, 42U);
}

TEST(NextGrant, T10_TakesTheScopesTheAnswerNamesElseThoseAskedFor) {
  token_response narrowed = answer("a", "r");
  narrowed.scopes = scope_list{"a"};
  EXPECT_EQ(next_grant({}, std::move(narrowed), {"a", "b"}, nullptr, 0, now).scopes, scope_list{"a"});
  token_response widened = answer("a", "r");
  widened.scopes = scope_list{"a", "b", "c"};
  EXPECT_EQ(next_grant({}, std::move(widened), {"a", "b"}, nullptr, 0, now).scopes, (scope_list{"a", "b", "c"}));
  EXPECT_EQ(next_grant({}, answer("a", "r"), {"a", "b"}, nullptr, 0, now).scopes, (scope_list{"a", "b"}));
}

TEST(NextGrant, T11_KeepsTheOldRefreshTokenWhereNoNewOneCame) {
  const grant before = first_grant();
  const grant after = next_grant({}, answer("access-2", ""), {"a"}, &before, before.generation, later);
  EXPECT_EQ(after.access_token, secret("access-2"));
  EXPECT_EQ(after.refresh_token, secret("refresh-1"));
  EXPECT_EQ(after.refresh_obtained_at, now.wall);
  EXPECT_EQ(after.obtained_at, later.wall);
  EXPECT_EQ(after.generation, 2U);
}

TEST(NextGrant, T11_ARotatedRefreshTokenReplacesTheOldOne) {
  const grant before = first_grant();
  const grant after = next_grant({}, answer("access-2", "refresh-2"), {"a"}, &before, 1, later);
  EXPECT_EQ(after.refresh_token, secret("refresh-2"));
  EXPECT_EQ(after.refresh_obtained_at, later.wall);
}

TEST(NextGrant, T11_R24_TheSameRefreshTokenAgainIsNoYounger) {
  const grant before = first_grant();
  const grant after = next_grant({}, answer("access-2", "refresh-1"), {"a"}, &before, 1, later);
  EXPECT_EQ(after.refresh_token, secret("refresh-1"));
  EXPECT_EQ(after.refresh_obtained_at, now.wall);
}

TEST(NextGrant, ALoginWithoutARefreshTokenHasNone) {
  const grant made = next_grant({}, answer("a", ""), {}, nullptr, 0, now);
  EXPECT_TRUE(made.refresh_token.empty());
  EXPECT_FALSE(made.refresh_obtained_at);
}

TEST(NextGrant, T9_TheDocumentedLifetimeIsOnlyForAnAnswerThatIsSilent) {
  provider server;
  server.access_token_lifetime = 4h;
  EXPECT_EQ(next_grant(server, answer("a", "r"), {}, nullptr, 0, now).lifetime, 4h);
  token_response says = answer("a", "r");
  says.expires_in = 0s;
  EXPECT_EQ(next_grant(server, std::move(says), {}, nullptr, 0, now).lifetime, 0s);
}

TEST(NextGrant, KeepsWhoseItIsThroughARefreshButNotThroughALogin) {
  grant before = first_grant();
  before.id_token = secret("id-1");
  before.subject = "somebody";
  const grant refreshed = next_grant({}, answer("a", "r"), {}, &before, 1, now);
  EXPECT_EQ(refreshed.id_token, secret("id-1"));
  EXPECT_EQ(refreshed.subject, "somebody");
  const grant begun = next_grant({}, answer("a", "r"), {}, nullptr, 1, now);
  EXPECT_TRUE(begun.id_token.empty());
  EXPECT_EQ(begun.subject, "");
}

TEST(NextGrant, TakesNoIdTokenThatNobodyHasChecked) {
  grant before = first_grant();
  before.id_token = secret("id-1");
  for (const bool refreshed : {true, false}) {
    token_response with = answer("a", "r");
    with.id_token = secret("id-2");
    const grant next = next_grant({}, std::move(with), {}, refreshed ? &before : nullptr, 1, now);
    EXPECT_NE(next.id_token, secret("id-2"));
  }
}

TEST(Supersedes, R14_NoWallClockMakesAnOlderGrantTheNewerOne) {
  grant older = first_grant();
  grant newer = first_grant();
  EXPECT_FALSE(supersedes(newer, older));
  newer.generation = older.generation + 1;
  EXPECT_TRUE(supersedes(newer, older));
  EXPECT_FALSE(supersedes(older, newer));
  older.obtained_at += 1s;
  EXPECT_TRUE(supersedes(newer, older));
  newer.generation = older.generation;
  EXPECT_TRUE(supersedes(older, newer));
  older.boot_id = newer.boot_id = "boot";
  newer.obtained_boot = older.obtained_boot + 1ns;
  EXPECT_TRUE(supersedes(newer, older));
  older.generation = 7;
  EXPECT_TRUE(supersedes(newer, older)) << "another process's later login counts whatever its generation";
}

}  // namespace
}  // namespace latchkey
