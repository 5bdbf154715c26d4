// `latchkey kraken keys` against a daemon.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/program.h"
#include "tests/cli/pseudo_terminal.h"

namespace latchkey::cli {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;
using ::testing::StartsWith;

const std::string key_secret = "c2VjcmV0LW9mLXRoZS1rZXk=";

class KrakenKeysProcess : public ::testing::Test {
 protected:
  KrakenKeysProcess() {
    daemon_.answer("ListFastApiKeys", {{"keys", {api_key_json("bot"), api_key_json("reader")}}});
    daemon_.answer("CreateFastApiKey", {{"key", api_key_json("bot")}});
    daemon_.answer("UpdateFastApiKey", json::object());
    daemon_.answer("DeleteFastApiKey", json::object());
  }
  outcome keys(std::vector<std::string> words) {
    words.insert(words.begin(), {"kraken", "keys"});
    return run_program(std::move(words), near(daemon_));
  }
  std::string list_on_terminal(unsigned short columns) {
    const pseudo_terminal terminal(columns);
    surroundings around = near(daemon_);
    around.output_fd = terminal.program_end();
    around.environment["NO_COLOR"] = "1";
    EXPECT_EQ(run_program({"kraken", "keys", "list", "work"}, around).exit_code, 0);
    return read_screen(terminal.screen());
  }
  struct answered {
    outcome done;
    std::string shown;
  };
  answered on_terminal(std::vector<std::string> words, const std::string& answer) {
    const pseudo_terminal terminal(80);
    surroundings around = near(daemon_);
    around.input_fd = around.error_fd = terminal.program_end();
    terminal.type(answer);
    words.insert(words.begin(), {"kraken", "keys"});
    answered result;
    result.done = run_program(std::move(words), around);
    result.shown = read_screen(terminal.screen());
    return result;
  }

  fake_daemon daemon_;
};

TEST_F(KrakenKeysProcess, ListIsALineForEachKeyInAPipe) {
  const outcome done = keys({"list", "work"});
  EXPECT_EQ(done.exit_code, 0) << done.err;
  EXPECT_THAT(done.out, StartsWith("bot\tstored\t2033-05-18T03:33:20Z\t-\t-\tfunds_query trades_query_open\t"
                                   "2023-11-14T22:13:20Z\tpublic-half-of-bot\nreader\t"));
  EXPECT_EQ(daemon_.calls("ListFastApiKeys").at(0), (json{{"account", "work"}}));
}

TEST_F(KrakenKeysProcess, ListIsATableOnATerminal) {
  EXPECT_THAT(list_on_terminal(120),
              AllOf(HasSubstr("PERMISSIONS"), HasSubstr("anywhere"), HasSubstr("in "), Not(HasSubstr("public-half"))));
}

TEST_F(KrakenKeysProcess, C6_FortyColumnsLoseNothing) {
  const std::string shown = list_on_terminal(40);
  EXPECT_THAT(shown, AllOf(HasSubstr("reader\r\n"), HasSubstr("SECRET: stored"), HasSubstr("FROM: anywhere"),
                           HasSubstr("funds_query"), HasSubstr("trades_query_open")));
  for (std::size_t from = 0; from < shown.size();) {
    const std::size_t end = std::min(shown.find("\r\n", from), shown.size());
    EXPECT_LE(end - from, 40U) << shown.substr(from, end - from);
    from = end + 2;
  }
}

TEST_F(KrakenKeysProcess, ListWithoutKeysSaysHowToMakeOne) {
  daemon_.answer("ListFastApiKeys", {{"keys", json::array()}});
  const outcome done = keys({"list", "work"});
  EXPECT_EQ(done.out, "");
  EXPECT_THAT(done.err, HasSubstr("latchkey kraken keys create work NAME"));
  EXPECT_EQ(keys({"list", "work", "--json"}).out, "{\"keys\":[]}\n");
}

TEST_F(KrakenKeysProcess, C3_WhatTheProviderCallsAKeyCannotMoveTheCursorOrForgeALine) {
  json hostile = api_key_json("a\nb\tc\033[2J");
  hostile["permissions"] = {"x\ry"};
  hostile["ip_allowlist"] = {"\xE2\x80\xAE"};
  hostile["api_key"] = "k\nk";
  hostile["valid_until"] = INT64_MAX;
  daemon_.answer("ListFastApiKeys", {{"keys", {hostile}}});
  const std::string line = keys({"list", "work"}).out;
  EXPECT_THAT(line, AllOf(StartsWith("a\\x0Ab\\x09c\\x1B[2J\tstored\t"), HasSubstr("\t\\u{202E}\tx\\x0Dy\t"),
                          HasSubstr("\tk\\x0Ak\n")));
  EXPECT_EQ(std::ranges::count(line, '\n'), 1);
  EXPECT_EQ(std::ranges::count(line, '\t'), 7);
  EXPECT_THAT(keys({"list", "work", "--json"}).out, HasSubstr("a\\nb\\tc\\u001b[2J"));
}

TEST_F(KrakenKeysProcess, CreateSendsWhatWasAskedAndKeepsTheSecretInTheStore) {
  const outcome done =
      keys({"create", "work", "bot", "--permission", "funds-query,trades_query_open", "--permission",
            "ledger_query funds_query", "--ip", "192.0.2.0/24", "--ip", "2001:db8::/32", "--nonce-window", "5000",
            "--query-from", "2026-01-31", "--query-to", "none", "--valid-until", "4000000000"});
  EXPECT_EQ(done.exit_code, 0) << done.err;
  EXPECT_THAT(done.out, AllOf(HasSubstr("The key bot is there; its public half is public-half-of-bot."),
                              HasSubstr("went to the store and is shown to nobody")));
  EXPECT_EQ(daemon_.calls("CreateFastApiKey").at(0),
            (json{{"account", "work"},
                  {"reveal", false},
                  {"key",
                   {{"name", "bot"},
                    {"permissions", {"funds_query", "ledger_query", "trades_query_open"}},
                    {"ip_allowlist", {"192.0.2.0/24", "2001:db8::/32"}},
                    {"nonce_window", 5000},
                    {"query_from", 1769817600},
                    {"query_to", 0},
                    {"valid_until", 4000000000}}}}));
}

TEST_F(KrakenKeysProcess, C2_RevealPrintsTheSecretAloneAndOnceOnStandardOutput) {
  daemon_.answer("CreateFastApiKey", {{"key", api_key_json("bot")}, {"secret", key_secret}});
  const outcome done = keys({"create", "work", "bot", "--permission", "funds_query", "--reveal"});
  EXPECT_EQ(done.out, key_secret + "\n");
  EXPECT_THAT(done.err, AllOf(HasSubstr("and in the store, too"), Not(HasSubstr(key_secret))));
  EXPECT_EQ(daemon_.calls("CreateFastApiKey").at(0).at("reveal"), true);
  const json shown =
      json::parse(keys({"create", "work", "bot", "--permission", "funds_query", "--reveal", "--json"}).out);
  EXPECT_EQ(shown.at("secret"), key_secret);
  EXPECT_EQ(shown.at("api_key"), "public-half-of-bot");
}

TEST_F(KrakenKeysProcess, WithoutRevealJsonHasNoSecret) {
  const json shown = json::parse(keys({"create", "work", "bot", "--permission", "funds_query", "--json"}).out);
  EXPECT_FALSE(shown.contains("secret"));
  EXPECT_EQ(shown.at("stored"), true);
}

TEST_F(KrakenKeysProcess, WrongOptionsAreRefusedBeforeTheDaemonIsAsked) {
  struct {
    std::vector<std::string> words;
    const char* says;
  } const rows[] = {
      {{"create", "work", "bot"}, "what may the key do?"},
      {{"create", "work"}, "which key?"},
      {{"create", "work", "bot", "--permission", "fund_query"}, "did you mean funds_query?"},
      {{"create", "work", "bot", "--permission", "everything"}, "there are: export_data funds_add"},
      {{"create", "work", "bot", "--permission", "a\033[2J"}, "a\\x1B[2J"},
      {{"create", "work", "bot", "--permission", "funds_query", "--valid-until", "soon"}, "is no moment"},
      {{"create", "work", "bot", "--permission", "funds_query", "--valid-until", "30"}, "is over already"},
      {{"create", "work", "bot", "--permission", "funds_query", "--query-from", "2027-01-31", "--query-to",
        "2026-01-31"},
       "comes before"},
      {{"create", "work", "bot", "--permission", "funds_query", "--nonce-window", "-1"}, "nonce-window"},
      {{"create", "work", "bot", "--permission", "funds_query", "--ip", "my host"}, "no address or network"},
      {{"create", "work", std::string(33, 'x'), "--permission", "funds_query"}, "1 to 32"},
      {{"create", "work", "bot", "--permission", "funds_query", "--new-name", "x"},
       "--new-name means nothing to keys create"},
      {{"update", "work", "bot"}, "what shall change?"},
      {{"update", "work", "bot", "--reveal"}, "--reveal means nothing to keys update"},
      {{"delete", "work", "bot", "--permission", "funds_query"}, "--permission means nothing to keys delete"},
      {{"delete", "work"}, "which key?"},
      {{"list", "work", "--yes"}, "--yes means nothing to keys list"},
      {{"list", "work", "bot"}, "list takes no name"},
      {{"lsit", "work"}, "did you mean list?"},
      {{"list"}, "ACCOUNT is required"},
      {{}, "ACTION is required"}};
  for (const auto& row : rows) {
    const outcome done = keys(row.words);
    EXPECT_EQ(done.exit_code, 2) << row.says;
    EXPECT_THAT(done.err, HasSubstr(row.says));
    EXPECT_EQ(done.out, "") << row.says;
  }
  for (const char* method : {"CreateFastApiKey", "UpdateFastApiKey", "DeleteFastApiKey", "ListFastApiKeys"})
    EXPECT_TRUE(daemon_.calls(method).empty()) << method;
}

TEST_F(KrakenKeysProcess, AKeyThatMovesMoneyIsAskedAboutAndInAPipeNeedsYes) {
  for (const std::string permission :
       {"funds_withdraw", "funds-earn", "withdrawal_address_add", "withdrawal-address-update"})
    for (const std::string action : {"create", "update"}) {
      const outcome refused = keys({action, "work", "bot", "--permission", permission});
      EXPECT_EQ(refused.exit_code, 2) << permission;
      EXPECT_THAT(refused.err, AllOf(HasSubstr("can move money"), HasSubstr("--yes")));
    }
  const std::vector<std::string> words{"create", "work", "bot", "--permission", "funds_withdraw funds_query"};
  const answered no = on_terminal(words, "\n");
  EXPECT_EQ(no.done.exit_code, 1);
  EXPECT_THAT(no.shown, AllOf(HasSubstr("can move money (funds_withdraw)"), HasSubstr("No key was made.")));
  EXPECT_TRUE(daemon_.calls("CreateFastApiKey").empty());
  EXPECT_EQ(on_terminal(words, "y\n").done.exit_code, 0);
  EXPECT_EQ(keys({"update", "work", "bot", "--permission", "funds_earn", "-y"}).exit_code, 0);
  EXPECT_EQ(daemon_.calls("CreateFastApiKey").size(), 1U);
  EXPECT_EQ(daemon_.calls("UpdateFastApiKey").size(), 1U);
}

TEST_F(KrakenKeysProcess, UpdateSendsWhatChangesAndNothingElse) {
  EXPECT_EQ(keys({"update", "work", "bot", "--new-name", "reader", "--ip", "none", "--permission", "none"}).out,
            "The key reader is changed.\n");
  EXPECT_EQ(daemon_.calls("UpdateFastApiKey").at(0), (json{{"account", "work"},
                                                           {"key",
                                                            {{"name", "bot"},
                                                             {"new_name", "reader"},
                                                             {"permissions", json::array()},
                                                             {"ip_allowlist", json::array()}}}}));
  EXPECT_EQ(keys({"update", "work", "bot", "--valid-until", "none", "--json"}).out, "{\"updated\":\"bot\"}\n");
  EXPECT_EQ(daemon_.calls("UpdateFastApiKey").at(1).at("key"), (json{{"name", "bot"}, {"valid_until", 0}}));
}

TEST_F(KrakenKeysProcess, ASpanIsCountedFromNow) {
  const std::int64_t before = std::time(nullptr);
  EXPECT_EQ(keys({"update", "work", "bot", "--valid-until", "30d", "--query-from=-1w"}).exit_code, 0);
  const json sent = daemon_.calls("UpdateFastApiKey").at(0).at("key");
  EXPECT_NEAR(sent.at("valid_until").get<double>(), static_cast<double>(before + 30 * 86400), 20);
  EXPECT_NEAR(sent.at("query_from").get<double>(), static_cast<double>(before - 7 * 86400), 20);
}

TEST_F(KrakenKeysProcess, DeleteAsksAndInAPipeNeedsYes) {
  EXPECT_EQ(keys({"delete", "work", "bot"}).exit_code, 2);
  const answered no = on_terminal({"delete", "work", "bot"}, "n\n");
  EXPECT_EQ(no.done.exit_code, 1);
  EXPECT_THAT(no.shown, AllOf(HasSubstr("Delete the key bot"), HasSubstr("[y/N]"), HasSubstr("Nothing was deleted.")));
  EXPECT_TRUE(daemon_.calls("DeleteFastApiKey").empty());
  EXPECT_EQ(on_terminal({"delete", "work", "bot"}, "yes\n").done.out, "The key bot is deleted.\n");
  EXPECT_EQ(keys({"delete", "work", "bot", "--yes", "--json"}).out, "{\"deleted\":\"bot\"}\n");
  EXPECT_EQ(daemon_.calls("DeleteFastApiKey").at(1), (json{{"account", "work"}, {"name", "bot"}}));
}

TEST_F(KrakenKeysProcess, WhatTheProviderSaysIsPassedOnSafely) {
  daemon_.refuse("CreateFastApiKey", "AccessDenied",
                 {{"message", "the API refused it: the token or key lacks a permission"},
                  {"provider_text", "EGeneral:Permission denied\033[31m\nlatchkey: all is well"}});
  const outcome done = keys({"create", "work", "bot", "--permission", "funds_query"});
  EXPECT_EQ(done.exit_code, 4);
  EXPECT_THAT(done.err, AllOf(HasSubstr("lacks a permission"), HasSubstr("denied\\x1B[31m\\x0Alatchkey")));
  daemon_.refuse("ListFastApiKeys", "LoginRequired",
                 {{"message", "the grant lacks a scope"}, {"missing_scopes", {"account.fast-api-key:read"}}});
  const outcome lacking = keys({"list", "work"});
  EXPECT_EQ(lacking.exit_code, 3);
  EXPECT_THAT(lacking.err, HasSubstr("latchkey login work --scope \"account.fast-api-key:read\""));
}

}  // namespace
}  // namespace latchkey::cli
