#include "cli/failure.h"

#include <gtest/gtest.h>

#include "cli/json_output.h"
#include "cli/nearest_word.h"
#include "cli/verbs.h"

namespace latchkey::cli {
namespace {

constexpr terminal pipe_end{};

client_error login_required() {
  client_error error("LoginRequired", 3, "the grant of work is gone");
  error.advice = "Run: latchkey login ACCOUNT";
  return error;
}

TEST(Failure, IsASentenceThenTheProvidersWordsThenWhatToDo) {
  client_error error = login_required();
  error.provider_text = "Token has been revoked";
  EXPECT_EQ(failure_text(error, "work", pipe_end),
            "latchkey: the grant of work is gone\n"
            "the provider says: Token has been revoked\n"
            "Run: latchkey login work\n");
}

TEST(Failure, NamesTheScopesThatALoginHasToAskFor) {
  client_error error = login_required();
  error.missing_scopes = {"email", "openid"};
  EXPECT_EQ(advice_of(error, "work"), "Run: latchkey login work --scope \"email openid\"");
}

TEST(Failure, SaysWhenToTryAgain) {
  client_error error("TemporarilyUnavailable", 5, "the provider asks for a pause");
  error.advice = "Try again later.";
  EXPECT_EQ(advice_of(error, "work"), "Try again later.");
  error.retry_after = std::chrono::seconds(90);
  EXPECT_EQ(advice_of(error, "work"), "Try again in 1 min 30 s.");
}

TEST(Failure, C3_ShowsControlCharactersEscaped) {
  client_error error("ProviderError", 1, "bad\033[2Jthing");
  error.provider_text = "a\nb";
  const std::string text = failure_text(error, "x\ny", pipe_end);
  EXPECT_EQ(text, "latchkey: bad\\x1B[2Jthing\nthe provider says: a\\x0Ab\n");
  EXPECT_EQ(json::failure(error, ""),
            "{\"error\":\"ProviderError\",\"message\":\"bad\\u001b[2Jthing\",\"provider_text\":\"a\\nb\"}\n");
}

TEST(Failure, OffersTheNearestAccount) {
  account work;
  work.name = "work";
  try {
    fail_unknown_account("wrok", {work});
    FAIL() << "did not throw";
  } catch (const client_error& error) {
    EXPECT_EQ(error.name(), "NoSuchAccount");
    EXPECT_EQ(error.exit_code(), 1);
    EXPECT_STREQ(error.what(), "there is no account named wrok; did you mean work?");
  }
}

TEST(NearestWord, IsOneThatASlipWouldHaveMade) {
  const auto names = verb_names();
  EXPECT_EQ(nearest_word("tokne", names), "token");
  EXPECT_EQ(nearest_word("lgoin", names), "login");
  EXPECT_EQ(nearest_word("provider", names), "providers");
  EXPECT_EQ(nearest_word("exce", names), "exec");
  EXPECT_EQ(nearest_word("frobnicate", names), std::nullopt);
  EXPECT_EQ(nearest_word("", names), std::nullopt);
  EXPECT_EQ(nearest_word(std::string(100'000, 'x'), names), std::nullopt);
}

TEST(Verbs, TheOverviewNamesEachWithItsSummary) {
  const std::string text = overview();
  for (const verb& each : verbs()) {
    EXPECT_NE(text.find("\n  " + std::string(each.name) + " "), std::string::npos) << each.name;
    EXPECT_NE(text.find(each.summary), std::string::npos) << each.name;
  }
}

}  // namespace
}  // namespace latchkey::cli
