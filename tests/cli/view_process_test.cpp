// The verbs that show something, against a daemon: on a terminal, in a pipe, as JSON.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

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

class ViewProcess : public ::testing::Test {
 protected:
  outcome latchkey(std::vector<std::string> words) { return run_program(std::move(words), near(daemon_)); }
  // What a person sees on a terminal of so many columns.
  std::string on_terminal(std::vector<std::string> words, unsigned short columns,
                          const std::map<std::string, std::string>& environment = {}) {
    const pseudo_terminal terminal(columns);
    surroundings around = near(daemon_);
    around.output_fd = terminal.program_end();
    around.environment.insert(environment.begin(), environment.end());
    EXPECT_EQ(run_program(std::move(words), around).exit_code, 0);
    return read_screen(terminal.screen());
  }
  static json event_json(const std::string& kind) { return {{"event", {{"kind", kind}, {"account", account_json()}}}}; }

  fake_daemon daemon_;
};

TEST_F(ViewProcess, ListInAPipeIsTabsAndMomentsForPrograms) {
  EXPECT_THAT(latchkey({"list"}).out, MatchesRegex("work\tkraken\tfresh\t20[0-9-]+T[0-9:]+Z\taccount.info:basic\n"));
}

TEST_F(ViewProcess, ListOnATerminalIsATableInColour) {
  const std::string shown = on_terminal({"list"}, 100);
  EXPECT_THAT(shown, AllOf(HasSubstr("ACCOUNT"), HasSubstr("\033[32mfresh\033[0m"), HasSubstr("in 3 h 59 min")));
}

TEST_F(ViewProcess, C6_NoColorLeavesTheTableWithoutEscapeCodes) {
  EXPECT_THAT(on_terminal({"list"}, 100, {{"NO_COLOR", "1"}}), AllOf(HasSubstr("fresh"), Not(HasSubstr("\033"))));
}

TEST_F(ViewProcess, C6_FortyColumnsLoseNothing) {
  const std::string shown = on_terminal({"list"}, 40, {{"NO_COLOR", "1"}});
  EXPECT_THAT(shown, AllOf(HasSubstr("work\r\n"), HasSubstr("STATE: fresh"), HasSubstr("SCOPES: account.info:basic")));
}

TEST_F(ViewProcess, ListWithoutAccountsSaysSoToPeopleAlone) {
  daemon_.answer("Accounts", {{"accounts", json::array()}});
  const outcome done = latchkey({"list"});
  EXPECT_EQ(done.out, "");
  EXPECT_THAT(done.err, HasSubstr("no account yet"));
  EXPECT_EQ(done.exit_code, 0);
  EXPECT_EQ(latchkey({"list", "--json"}).out, "{\"accounts\":[]}\n");
}

TEST_F(ViewProcess, C3_NamesWithControlCharactersCannotMoveTheCursorOrForgeALine) {
  json hostile = account_json();
  hostile["provider"] = "a\tb\nc\033[1A";
  daemon_.answer("Accounts", {{"accounts", {hostile}}});
  EXPECT_THAT(latchkey({"list"}).out, StartsWith("work\ta\\x09b\\x0Ac\\x1B[1A\tfresh\t"));
  EXPECT_THAT(latchkey({"list", "--json"}).out, HasSubstr("a\\tb\\nc\\u001b[1A"));
}

TEST_F(ViewProcess, ShowTellsEverythingAboutOneAccount) {
  EXPECT_THAT(latchkey({"show", "work"}).out,
              AllOf(HasSubstr("state\tfresh\n"), HasSubstr("client id\tmy-client\n"), HasSubstr("generation\t3\n"),
                    HasSubstr("granted scopes\taccount.info:basic\n"), HasSubstr("exclusive\tyes")));
  EXPECT_EQ(json::parse(latchkey({"show", "work", "--json"}).out).at("client_id"), "my-client");
  const outcome unknown = latchkey({"show", "wrok"});
  EXPECT_EQ(unknown.exit_code, 1);
  EXPECT_THAT(unknown.err, HasSubstr("did you mean work?"));
}

TEST_F(ViewProcess, WatchPrintsALineForEachEventAtOnce) {
  daemon_.hang("Watch", {event_json("state"), event_json("refreshed")});
  program watching({"watch", "work"}, near(daemon_));
  EXPECT_THAT(watching.line(), MatchesRegex("20[^ ]+Z  work  fresh, generation 3, token ends 20.*Z"));
  EXPECT_THAT(watching.line(), HasSubstr("work  refreshed: fresh"));
  EXPECT_EQ(daemon_.calls("Watch").at(0), (json{{"account", "work"}}));
  watching.signal(SIGINT);
  const outcome done = watching.wait();
  EXPECT_EQ(done.exit_code, 130);
  EXPECT_EQ(done.err, "");
  EXPECT_TRUE(daemon_.saw_client_leave());
}

TEST_F(ViewProcess, WatchWithJsonIsAnObjectALine) {
  script told;
  told.before = {event_json("state")};
  told.last.parameters = event_json("logged_out");
  daemon_.tell("Watch", {told});
  program watching({"watch", "--json"}, near(daemon_));
  EXPECT_EQ(json::parse(watching.line()).at("account").at("name"), "work");
  EXPECT_EQ(json::parse(watching.line()).at("kind"), "logged_out");
  EXPECT_EQ(watching.wait().exit_code, 0);
}

TEST_F(ViewProcess, C6_WatchEndsQuietlyOnceItsReaderHasSeenEnough) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
  ::close(ends[0]);
  const unique_fd writer(ends[1]);
  daemon_.hang("Watch", {event_json("state")});
  surroundings around = near(daemon_);
  around.output_fd = writer.get();
  const outcome done = run_program({"watch"}, around);
  EXPECT_EQ(done.exit_code, 0);
  EXPECT_EQ(done.err, "");
}

TEST_F(ViewProcess, WatchOfAnUnknownAccountDoesNotWait) {
  EXPECT_EQ(latchkey({"watch", "wrok"}).exit_code, 1);
}

TEST_F(ViewProcess, ProvidersAndScopesAreListed) {
  EXPECT_EQ(latchkey({"providers"}).out, "kraken\tKraken\t2\tbuilt-in\n");
  EXPECT_THAT(latchkey({"providers", "kraken"}).out, HasSubstr("token url\thttps://api.example.com/oauth/token\n"));
  EXPECT_EQ(json::parse(latchkey({"providers", "--json"}).out).at("providers").size(), 1U);
  EXPECT_EQ(json::parse(latchkey({"providers", "kraken", "--json"}).out).at("display_name"), "Kraken");
  EXPECT_THAT(latchkey({"scopes", "kraken"}).out,
              HasSubstr("account.fast-api-key:funds-withdraw\tmoves_money\tFunding\tWithdraw funds\n"));
  EXPECT_EQ(json::parse(latchkey({"scopes", "kraken", "--json"}).out).at("scopes").size(), 2U);
  EXPECT_EQ(daemon_.calls("Providers").back(), (json{{"name", "kraken"}}));
  EXPECT_THAT(on_terminal({"scopes", "kraken"}, 120), HasSubstr("\033[31mmoves money\033[0m"));
}

TEST_F(ViewProcess, AProviderTellsWhatHasToBeSet) {
  json auth0 = provider_json();
  auth0["variables"] = {{{"name", "domain"}, {"description", "the tenant"}, {"example", "a.auth0.com"}},
                        {{"name", "zone"}, {"description", "the zone"}, {"default", "eu"}, {"example", "us"}}};
  daemon_.answer("Providers", {{"providers", {auth0}}});
  EXPECT_THAT(latchkey({"providers", "auth0"}).out,
              AllOf(HasSubstr("--set domain\tthe tenant, such as a.auth0.com\n"),
                    HasSubstr("--set zone\tthe zone; eu where it is not given\n")));
  const json shown = json::parse(latchkey({"providers", "auth0", "--json"}).out).at("variables");
  EXPECT_EQ(shown.at(0).at("default"), nullptr);
  EXPECT_EQ(shown.at(1).at("default"), "eu");
}

TEST_F(ViewProcess, AProviderThatIsNotThereIsAnError) {
  daemon_.answer("Providers", {{"providers", json::array()}});
  for (const char* verb : {"providers", "scopes"}) {
    const outcome done = latchkey({verb, "krakn"});
    EXPECT_EQ(done.exit_code, 2);
    EXPECT_THAT(done.err, HasSubstr("no provider named krakn"));
  }
}

}  // namespace
}  // namespace latchkey::cli
