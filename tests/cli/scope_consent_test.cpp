#include "cli/scope_consent.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/provider_view.h"

namespace latchkey::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using names = std::vector<std::string>;

provider_description bank() {
  provider_description server;
  server.name = "bank";
  server.display_name = "Bank";
  server.scopes_complete = true;
  server.scopes = {{"info:basic", "Info", "Email", "read"},
                   {"orders", "Trading", "Create orders", "write"},
                   {"withdraw", "Funds", "Withdraw funds", "moves_money"},
                   {"earn", "Funds", "Transfer funds", "moves_money"}};
  return server;
}

names moving(const scope_findings& found) {
  names all;
  for (const scope& each : found.moving_money) all.push_back(each.name);
  return all;
}

TEST(ScopeConsent, NothingIsSaidOfKnownScopesThatMoveNoMoney) {
  EXPECT_TRUE(judge_scopes(bank(), {"info:basic", "orders"}).none());
  EXPECT_TRUE(judge_scopes(bank(), {}).none());
}

TEST(ScopeConsent, FindsEachScopeOnceInTheOrderAsked) {
  const scope_findings found = judge_scopes(bank(), {"x", "earn", "info:basic", "withdraw", "x", "earn", "y"});
  EXPECT_THAT(found.unknown, ElementsAre("x", "y"));
  EXPECT_THAT(moving(found), ElementsAre("earn", "withdraw"));
  EXPECT_FALSE(found.none());
}

TEST(ScopeConsent, AListThatIsASelectionMakesNoScopeUnknown) {
  provider_description selection = bank();
  selection.scopes_complete = false;
  EXPECT_TRUE(judge_scopes(selection, {"anything"}).none());
  EXPECT_THAT(moving(judge_scopes(selection, {"anything", "earn"})), ElementsAre("earn"));
}

TEST(ScopeConsent, AScopeIsComparedToTheLetter) {
  EXPECT_THAT(judge_scopes(bank(), {"Withdraw"}).unknown, ElementsAre("Withdraw"));
}

TEST(ScopeConsent, TheRefusalNamesEverythingThatYesWouldAgreeTo) {
  const struct {
    names asked;
    const char* says;
  } rows[] = {
      {{"info:bsic"},
       "Bank documents no scope info:bsic; did you mean info:basic? There is no terminal to ask on: add --yes if you "
       "mean it"},
      {{"something-else-entirely"},
       "Bank documents no scope something-else-entirely. There is no terminal to ask on: add --yes if you mean it"},
      {{"withdraw"}, "withdraw (Withdraw funds) moves money. There is no terminal to ask on: add --yes if you mean it"},
      {{"withdraw", "earn", "ordrs"},
       "Bank documents no scope ordrs; did you mean orders? withdraw (Withdraw funds), earn (Transfer funds) move "
       "money. There is no terminal to ask on: add --yes if you mean it"},
  };
  for (const auto& row : rows) EXPECT_EQ(scope_refusal(judge_scopes(bank(), row.asked), bank()), row.says);
}

TEST(ScopeConsent, OffersWhatWasMeantAndNotWhateverSharesALongBeginning) {
  provider_description server = bank();
  server.scopes = {{"account.info:basic", "", "", "read"},
                   {"account.fast-api-key:write", "", "", "write"},
                   {"account.fast-api-key:funds-withdraw", "", "", "moves_money"}};
  const struct {
    const char* asked;
    const char* end;
  } rows[] = {{"account.info:bsic", "; did you mean account.info:basic?\n"},
              {"account.fast-api-key:multiple", "multiple.\n"},
              {"account.info:funds-withdraw", "; did you mean account.fast-api-key:funds-withdraw?\n"},
              {"funds-withdrw", "; did you mean account.fast-api-key:funds-withdraw?\n"},
              {"acount.fast-api-key:write", "; did you mean account.fast-api-key:write?\n"},
              {"account.fast-api-key:", "account.fast-api-key:.\n"},
              {":", "scope :.\n"}};
  for (const auto& row : rows)
    EXPECT_THAT(scope_concerns(judge_scopes(server, {row.asked}), server), ::testing::EndsWith(row.end));
}

TEST(ScopeConsent, TheQuestionComesAfterWhatEachScopeAllows) {
  EXPECT_EQ(scope_concerns(judge_scopes(bank(), {"earn", "ordrs"}), bank()),
            "Bank documents no scope ordrs; did you mean orders?\n"
            "With these scopes an app can move money:\n"
            "  earn\n"
            "    Transfer funds\n");
}

TEST(ScopeConsent, C3_TextsOfAPresetCannotMoveTheCursor) {
  provider_description hostile = bank();
  hostile.display_name = "B\033[2J";
  hostile.scopes[2].description = "W\r\n";
  const scope_findings found = judge_scopes(hostile, {"withdraw", "a\033[1A"});
  for (const std::string& text : {scope_concerns(found, hostile), scope_refusal(found, hostile)})
    EXPECT_THAT(text, ::testing::Not(::testing::AnyOf(::testing::HasSubstr("\033"), ::testing::HasSubstr("\r"))));
}

TEST(ScopeNotes, SayWhetherTheListIsAllThereIs) {
  provider_description shown = bank();
  EXPECT_THAT(scope_notes(shown), IsEmpty());
  shown.empty_scope = "all_registered";
  EXPECT_EQ(scope_notes(shown), "Without --scope, Bank grants every scope registered for the client.\n");
  shown.scopes_complete = false;
  shown.empty_scope = "unknown";
  EXPECT_EQ(scope_notes(shown), "This is a selection; the documentation of Bank tells of other scopes.\n");
  shown.scopes.clear();
  EXPECT_EQ(scope_notes(shown), "Nothing is known about the scopes of Bank; its own documentation lists them.\n");
}

TEST(ScopeTable, OnATerminalIsByCategoryAlsoWhereTheyAreMixed) {
  provider_description shown = bank();
  std::swap(shown.scopes[0], shown.scopes[2]);
  EXPECT_EQ(scope_table(shown.scopes, {true, 80, false}).render({true, 80, false}),
            "SCOPE       RISK         DESCRIPTION\n"
            "\nFunds\n"
            "withdraw    moves money  Withdraw funds\n"
            "earn        moves money  Transfer funds\n"
            "\nTrading\n"
            "orders      write        Create orders\n"
            "\nInfo\n"
            "info:basic  read         Email\n");
}

TEST(ScopeTable, C6_FitsEightyColumnsWithTheLongestNames) {
  const std::vector<scope> scopes{{"account.fast-api-key:withdrawal-address-update", "Funding",
                                   "Update and remove withdrawal address without email confirmation", "moves_money"}};
  const terminal wide{true, 80, false};
  EXPECT_EQ(scope_table(scopes, wide).render(wide),
            "SCOPE                                           RISK         DESCRIPTION\n"
            "\nFunding\n"
            "account.fast-api-key:withdrawal-address-update  moves money  Update and remove\n" +
                (std::string(61, ' ') + "withdrawal address\n") + std::string(61, ' ') + "without email\n" +
                std::string(61, ' ') + "confirmation\n");
  // A name is never broken: it is there to be copied.
  const terminal narrow{true, 40, false};
  EXPECT_EQ(scope_table(scopes, narrow).render(narrow),
            "\nFunding\n"
            "account.fast-api-key:withdrawal-address-update\n"
            "  RISK: moves money\n"
            "  DESCRIPTION: Update and remove\n"
            "  withdrawal address without email\n"
            "  confirmation\n");
}

TEST(ScopeTable, ScopesWithoutCategoryAreSetApartFromTheOthersAlone) {
  provider_description shown = bank();
  shown.scopes.resize(2);
  shown.scopes[1].category.clear();
  const terminal where{true, 80, false};
  EXPECT_THAT(scope_table(shown.scopes, where).render(where), ::testing::HasSubstr("\nNo category\norders"));
  shown.scopes[0].category.clear();
  EXPECT_EQ(scope_table(shown.scopes, where).render(where),
            "SCOPE       RISK   DESCRIPTION\n"
            "info:basic  read   Email\n"
            "orders      write  Create orders\n");
}

}  // namespace
}  // namespace latchkey::cli
