// Help, usage errors and version of the real program. None of it asks the daemon.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "tests/cli/program.h"

namespace latchkey::cli {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

const std::vector<std::string> all_verbs{"add",    "login",  "token",     "exec",   "list",   "show",    "status",
                                         "watch",  "logout", "providers", "scopes", "doctor", "version", "help",
                                         "remove", "helper", "kraken",    "dpop",   "lock",   "unlock",  "apps"};

struct tool {
  std::string verb;
  std::string name;
};
const std::vector<tool> all_tools{{"helper", "git"},  {"helper", "kubectl"}, {"helper", "xoauth2"}, {"kraken", "keys"},
                                  {"kraken", "call"}, {"kraken", "keygen"},  {"apps", "list"},      {"apps", "pending"},
                                  {"apps", "allow"},  {"apps", "deny"},      {"apps", "forget"},    {"apps", "log"}};

TEST(HelpProcess, EveryVerbExplainsItselfAndEndsWithAnExample) {
  for (const std::string& verb : all_verbs) {
    const outcome help = run_program({verb, "--help"}, {});
    EXPECT_EQ(help.exit_code, 0) << verb;
    EXPECT_EQ(help.err, "") << verb;
    EXPECT_THAT(help.out, HasSubstr("Usage: latchkey " + verb)) << verb;
    EXPECT_THAT(help.out, HasSubstr("\nExample:\n  ")) << verb;
    EXPECT_EQ(run_program({"help", verb}, {}).out, help.out) << verb;
    EXPECT_EQ(run_program({verb, "-h"}, {}).out, help.out) << verb;
  }
}

// Of a line before "Example:", whose commands are to be copied as they are.
std::size_t longest_line_of_help(const std::vector<std::string>& arguments) {
  const std::string help = run_program(arguments, {}).out;
  std::istringstream text(help.substr(0, help.find("\nExample:\n")));
  std::size_t longest = 0;
  for (std::string line; std::getline(text, line);) longest = std::max(longest, line.size());
  return longest;
}

TEST(HelpProcess, OptionsFitATerminalOf80Columns) {
  for (const std::string& verb : all_verbs) EXPECT_LE(longest_line_of_help({verb, "--help"}), 80U) << verb;
  for (const tool& each : all_tools)
    EXPECT_LE(longest_line_of_help({each.verb, each.name, "--help"}), 80U) << each.name;
}

TEST(HelpProcess, EveryToolExplainsItself) {
  for (const tool& each : all_tools) {
    const outcome help = run_program({each.verb, each.name, "--help"}, {});
    EXPECT_EQ(help.exit_code, 0) << each.name;
    EXPECT_THAT(help.out,
                AllOf(HasSubstr("Usage: latchkey " + each.verb + " " + each.name), HasSubstr("\nExample:\n  ")))
        << each.name;
    EXPECT_EQ(run_program({"help", each.verb, each.name}, {}).out, help.out) << each.name;
    EXPECT_THAT(run_program({"help", each.verb}, {}).out, HasSubstr("\n  " + each.name + " "));
  }
}

TEST(HelpProcess, HelperWithoutAToolListsThemAndAMistypedOneOffersTheNearest) {
  const outcome none = run_program({"helper"}, {});
  EXPECT_EQ(none.exit_code, 2);
  EXPECT_EQ(none.err, run_program({"help", "helper"}, {}).out);
  const outcome mistyped = run_program({"helper", "kubctl", "work"}, {});
  EXPECT_EQ(mistyped.exit_code, 2);
  EXPECT_THAT(mistyped.err, HasSubstr("there is no helper for kubctl; did you mean kubectl? (latchkey help helper)"));
}

TEST(HelpProcess, KrakenWithoutAToolListsThemAndAMistypedOneOffersTheNearest) {
  const outcome none = run_program({"kraken"}, {});
  EXPECT_EQ(none.exit_code, 2);
  EXPECT_EQ(none.err, run_program({"help", "kraken"}, {}).out);
  const outcome mistyped = run_program({"kraken", "kyes", "list", "work"}, {});
  EXPECT_EQ(mistyped.exit_code, 2);
  EXPECT_THAT(mistyped.err, HasSubstr("latchkey kraken has no tool kyes; did you mean keys? (latchkey help kraken)"));
}

TEST(HelpProcess, TheOverviewGroupsAllVerbs) {
  const outcome help = run_program({"--help"}, {});
  EXPECT_EQ(help.exit_code, 0);
  EXPECT_THAT(help.out,
              AllOf(HasSubstr("\nTokens:\n"), HasSubstr("\nGrants and accounts:\n"), HasSubstr("\nExample:\n")));
  for (const std::string& verb : all_verbs) EXPECT_THAT(help.out, HasSubstr("\n  " + verb + " "));
  EXPECT_EQ(run_program({"help"}, {}).out, help.out);
  EXPECT_EQ(run_program({"-h"}, {}).out, help.out);
}

TEST(HelpProcess, NoVerbIsAUsageErrorWithTheOverview) {
  const outcome done = run_program({}, {});
  EXPECT_EQ(done.exit_code, 2);
  EXPECT_EQ(done.out, "");
  EXPECT_THAT(done.err, StartsWith("Usage: latchkey VERB"));
}

TEST(HelpProcess, AMistypedVerbOffersTheNearest) {
  const outcome done = run_program({"tokne", "work"}, {});
  EXPECT_EQ(done.exit_code, 2);
  EXPECT_EQ(done.err, "latchkey: there is no verb tokne; did you mean token? (latchkey help lists them)\n");
  EXPECT_THAT(run_program({"help", "lsit"}, {}).err, HasSubstr("did you mean list?"));
  EXPECT_EQ(run_program({"help", "lsit"}, {}).exit_code, 2);
  EXPECT_EQ(run_program({"xyzzyxyzzy"}, {}).err, "latchkey: there is no verb xyzzyxyzzy (latchkey help lists them)\n");
}

TEST(HelpProcess, C3_AMistypedVerbIsShownEscaped) {
  EXPECT_THAT(run_program({"a\033[2J\nb"}, {}).err, StartsWith("latchkey: there is no verb a\\x1B[2J\\x0Ab"));
}

TEST(HelpProcess, WrongArgumentsAreUsageErrorsThatNameTheVerbsHelp) {
  struct {
    std::vector<std::string> words;
    const char* says;
  } const rows[] = {{{"token"}, "ACCOUNT is required"},
                    {{"token", "work", "other"}, "other"},
                    {{"token", "work", "--min-vald", "5"}, "there is no option --min-vald; did you mean --min-valid?"},
                    {{"token", "work", "--min-valid"}, "--min-valid"},
                    {{"token", "work", "--min-valid", "soon"}, "soon"},
                    {{"token", "work", "--min-valid", "-5"}, "-5"},
                    {{"token", "work", "--stale-generation", "1e99"}, "1e99"},
                    {{"show"}, "ACCOUNT is required"},
                    {{"scopes"}, "PROVIDER is required"},
                    {{"list", "work"}, "work"},
                    {{"logout"}, "ACCOUNT is required"},
                    {{"apps", "allow"}, "APP is required"},
                    {{"apps", "deny", "/usr/bin/git"}, "ACCOUNT is required"},
                    {{"apps", "forgt", "x"}, "did you mean forget?"},
                    {{"apps", "log", "--limit", "0"}, "0"},
                    {{"helper", "kubectl"}, "ACCOUNT is required"},
                    {{"helper", "git", "work"}, "OPERATION is required"},
                    {{"helper", "xoauth2", "work", "--sasl", "plain"}, "plain"},
                    {{"add", "work", "--client-authentication", "magic"}, "magic"}};
  for (const auto& row : rows) {
    const outcome done = run_program(row.words, {});
    EXPECT_EQ(done.exit_code, 2) << row.says;
    EXPECT_EQ(done.out, "") << row.says;
    EXPECT_THAT(done.err,
                AllOf(StartsWith("latchkey: "), HasSubstr(row.says), HasSubstr("(latchkey help " + row.words.front())));
  }
}

TEST(HelpProcess, VersionIsTheProjects) {
  EXPECT_EQ(run_program({"version"}, {}).out, "latchkey " LATCHKEY_VERSION "\n");
  EXPECT_EQ(run_program({"--version"}, {}).out, "latchkey " LATCHKEY_VERSION "\n");
  EXPECT_EQ(run_program({"version", "--json"}, {}).out, "{\"version\":\"" LATCHKEY_VERSION "\"}\n");
}

TEST(HelpProcess, TheProgramLoadsNoSharedLibraryAsThatIsSlow) {
  surroundings around;
  around.environment["LD_TRACE_LOADED_OBJECTS"] =
      "1";  // Makes the loader, where there is one, list them in place of a run.
  const std::string loaded = run_program({}, around).out;
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  EXPECT_THAT(loaded, Not(HasSubstr(".so")));
#endif
  for (const char* slow : {"libssl", "libsecret", "libglib", "libsystemd", "libspdlog"})
    EXPECT_THAT(loaded, Not(HasSubstr(slow)));
}

}  // namespace
}  // namespace latchkey::cli
