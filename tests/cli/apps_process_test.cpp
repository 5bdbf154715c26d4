// `latchkey apps` against a daemon.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <ctime>
#include <filesystem>

#include "tests/cli/program.h"
#include "tests/cli/pseudo_terminal.h"
#include "tests/support/temporary_folder.h"

namespace latchkey::cli {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;
using ::testing::StartsWith;

json rule_json(const std::string& app, const std::string& account, const std::string& decision) {
  return {{"app", app}, {"account", account}, {"decision", decision}};
}

json pending_json() {
  const std::int64_t now = std::time(nullptr);
  return {{"id", "q1"},         {"app", "/usr/bin/git"}, {"process", 42},          {"account", "work"},
          {"scopes", {"repo"}}, {"since", now - 65},     {"expires_at", now + 535}};
}

class AppsProcess : public ::testing::Test {
 protected:
  AppsProcess() {
    json limited = rule_json("unit:bot.service", "work", "allow");
    limited["scopes"] = {"repo", "user"};
    limited["until"] = 2000000000;
    daemon_.answer("Apps", {{"rules", {limited, rule_json("/opt/shady tool", "*", "deny")}},
                            {"unknown_apps", "ask"},
                            {"pending", {pending_json()}}});
    daemon_.answer("DecideApp", json::object());
    daemon_.answer("ForgetApp", {{"forgotten", 1}});
  }
  outcome apps(std::vector<std::string> words) {
    words.insert(words.begin(), "apps");
    return run_program(std::move(words), near(daemon_));
  }
  std::string on_terminal(std::vector<std::string> words, unsigned short columns) {
    const pseudo_terminal terminal(columns);
    surroundings around = near(daemon_);
    around.output_fd = terminal.program_end();
    around.environment["NO_COLOR"] = "1";
    words.insert(words.begin(), "apps");
    EXPECT_EQ(run_program(std::move(words), around).exit_code, 0);
    return read_screen(terminal.screen());
  }

  fake_daemon daemon_;
};

TEST_F(AppsProcess, ListIsALineForEachDecisionAndSaysWhatHappensToOthers) {
  const outcome done = apps({"list"});
  EXPECT_EQ(done.exit_code, 0) << done.err;
  EXPECT_EQ(done.out,
            "unit:bot.service\twork\tallow\t2033-05-18T03:33:20Z\trepo user\n/opt/shady tool\t*\tdeny\t-\t-\n");
  EXPECT_THAT(done.err, AllOf(HasSubstr("You are asked about any other app."),
                              HasSubstr("One app waits for your answer: latchkey apps pending")));
  EXPECT_EQ(apps({}).out, done.out) << "list is what apps does without a tool";
}

TEST_F(AppsProcess, ListIsATableOnATerminal) {
  EXPECT_THAT(on_terminal({}, 120),
              AllOf(HasSubstr("APP "), HasSubstr("every account"), HasSubstr("never"), HasSubstr("any")));
}

TEST_F(AppsProcess, C6_FortyColumnsLoseNothing) {
  const std::string shown = on_terminal({"list"}, 40);
  EXPECT_THAT(shown, AllOf(HasSubstr("unit:bot.service"), HasSubstr("SCOPES: repo user"), HasSubstr("every account")));
}

TEST_F(AppsProcess, ListAsJsonHasEverything) {
  const json shown = json::parse(apps({"--json"}).out);
  EXPECT_EQ(shown.at("unknown_apps"), "ask");
  EXPECT_EQ(shown.at("rules").at(0).at("scopes"), (json{"repo", "user"}));
  EXPECT_EQ(shown.at("rules").at(1), (json{{"app", "/opt/shady tool"},
                                           {"account", "*"},
                                           {"decision", "deny"},
                                           {"scopes", nullptr},
                                           {"until", nullptr}}));
  EXPECT_EQ(shown.at("pending").at(0).at("id"), "q1");
  EXPECT_EQ(json::parse(apps({"pending", "--json"}).out).at("pending"), shown.at("pending"));
}

TEST_F(AppsProcess, ListSaysWhatUnknownAppsMayDo) {
  daemon_.answer("Apps", {{"rules", json::array()}, {"unknown_apps", "deny"}, {"pending", json::array()}});
  const outcome none = apps({});
  EXPECT_EQ(none.out, "");
  EXPECT_EQ(none.err,
            "Nothing was decided about any app yet.\nNo other app may use an account (unknown_apps = "
            "\"deny\").\n");
  daemon_.answer("Apps", {{"rules", json::array()}, {"unknown_apps", "allow"}, {"pending", json::array()}});
  EXPECT_THAT(apps({}).err, HasSubstr("Any other app may use every account"));
}

TEST_F(AppsProcess, PendingShowsWhoWaitsAndHowToAnswer) {
  const outcome done = apps({"pending"});
  EXPECT_THAT(done.out, MatchesRegex("/usr/bin/git\t42\twork\t20[^\t]*Z\t20[^\t]*Z\trepo\n"));
  EXPECT_THAT(done.err, HasSubstr("latchkey apps allow /usr/bin/git work (or deny)"));
  daemon_.answer("Apps", {{"rules", json::array()}, {"unknown_apps", "ask"}, {"pending", json::array()}});
  const outcome none = apps({"pending"});
  EXPECT_EQ(none.out + none.err, "No app waits for your answer.\n");
}

TEST_F(AppsProcess, AllowSendsTheExecutableAsTheKernelKnowsIt) {
  const outcome done = apps({"allow", "/usr/bin/../bin/env", "work", "--scope", "repo user", "--for", "8h"});
  EXPECT_EQ(done.exit_code, 0) << done.err;
  EXPECT_EQ(done.out, "/usr/bin/env may use work, and of its scopes repo user, for 8 h.\n");
  EXPECT_EQ(daemon_.calls("DecideApp").at(0), (json{{"app", "/usr/bin/env"},
                                                    {"account", "work"},
                                                    {"decision", "allow"},
                                                    {"scopes", {"repo", "user"}},
                                                    {"valid_for", 28800}}));
  EXPECT_EQ(apps({"allow", "env", "*"}).out, "/usr/bin/env may use every account.\n");
  EXPECT_EQ(daemon_.calls("DecideApp").at(1), (json{{"app", "/usr/bin/env"}, {"account", "*"}, {"decision", "allow"}}));
}

TEST_F(AppsProcess, ALinkIsFollowedAndThePersonIsToldWhereItLeads) {
  const support::temporary_folder folder;
  const std::filesystem::path link = std::filesystem::canonical(folder.path()) / "env-by-link";
  std::filesystem::create_symlink("/usr/bin/env", link);
  const outcome done = apps({"allow", link.native(), "work"});
  EXPECT_EQ(done.out, "/usr/bin/env may use work.\n");
  EXPECT_EQ(done.err, link.native() + " leads to /usr/bin/env, and that is the app that is decided about.\n");
  EXPECT_EQ(apps({"deny", "/usr/bin/env", "work"}).err, "");
  const outcome told = apps({"deny", link.native(), "work", "--json"});
  EXPECT_EQ(told.err, "");
  EXPECT_EQ(json::parse(told.out).at("app"), "/usr/bin/env");
}

TEST_F(AppsProcess, AProgramThatIsNotThereIsDecidedAboutOnlyWhereThatIsMeant) {
  for (const std::string tool : {"allow", "deny"}) {
    const outcome refused = apps({tool, "/nonexistent/bot", "work"});
    EXPECT_EQ(refused.exit_code, 2);
    EXPECT_THAT(refused.err, HasSubstr("there is no program /nonexistent/bot: check the path, or add --not-installed"));
    EXPECT_TRUE(daemon_.calls("DecideApp").empty());
  }
  EXPECT_EQ(apps({"deny", "/nonexistent/bot", "work", "--not-installed"}).out, "/nonexistent/bot may not use work.\n");
  EXPECT_EQ(apps({"allow", "/nonexistent/bot", "work", "--not-installed"}).out, "/nonexistent/bot may use work.\n");
  EXPECT_EQ(daemon_.calls("DecideApp").size(), 2U);
}

TEST_F(AppsProcess, DenySendsADenial) {
  EXPECT_EQ(apps({"deny", "unit:bot.service", "work"}).out, "unit:bot.service may not use work.\n");
  EXPECT_EQ(daemon_.calls("DecideApp").at(0),
            (json{{"app", "unit:bot.service"}, {"account", "work"}, {"decision", "deny"}}));
  EXPECT_EQ(json::parse(apps({"deny", "unit:bot.service", "work", "--json"}).out).at("decision"), "deny");
}

TEST_F(AppsProcess, ForgetTakesTheNameAsItIsListedFirst) {
  EXPECT_EQ(apps({"forget", "/nonexistent/link", "work"}).out, "1 decision forgotten.\n");
  EXPECT_EQ(daemon_.calls("ForgetApp").at(0), (json{{"app", "/nonexistent/link"}, {"account", "work"}}));
  daemon_.answer("ForgetApp", {{"forgotten", 0}});
  const outcome none = apps({"forget", "env"});
  EXPECT_EQ(none.exit_code, 1);
  EXPECT_THAT(none.err, HasSubstr("Nothing was decided about env (latchkey apps lists what was)"));
  EXPECT_EQ(daemon_.calls("ForgetApp").at(1), (json{{"app", "env"}}));
  EXPECT_EQ(daemon_.calls("ForgetApp").at(2), (json{{"app", "/usr/bin/env"}}));
  EXPECT_EQ(apps({"forget", "unit:x.service", "--json"}).out, "{\"forgotten\":0}\n");
}

TEST_F(AppsProcess, LogIsALineForEachEntry) {
  daemon_.answer("AuditLog", {{"entries",
                               {{{"time", 2000000000},
                                 {"app", "/usr/bin/git"},
                                 {"process", 42},
                                 {"account", "work"},
                                 {"method", "GetToken"},
                                 {"outcome", "given"},
                                 {"scopes", {"repo"}},
                                 {"generation", 7}},
                                {{"time", 2000000001},
                                 {"app", "unknown"},
                                 {"process", 43},
                                 {"account", "*"},
                                 {"method", "DecideApp"},
                                 {"outcome", "refused_by_person"},
                                 {"scopes", json::array()}}}}});
  const outcome done = apps({"log", "--account", "work", "--app", "/usr/bin/env", "--limit", "5"});
  EXPECT_EQ(done.out,
            "2033-05-18T03:33:20Z\t/usr/bin/git\t42\twork\tGetToken\tgiven\t7\trepo\n"
            "2033-05-18T03:33:21Z\tunknown\t43\t*\tDecideApp\trefused_by_person\t-\t-\n");
  EXPECT_EQ(daemon_.calls("AuditLog").at(0), (json{{"account", "work"}, {"app", "/usr/bin/env"}, {"limit", 5}}));
  const json shown = json::parse(apps({"log", "--json"}).out).at("entries");
  EXPECT_EQ(shown.at(0).at("generation"), 7);
  EXPECT_EQ(shown.at(1).at("generation"), nullptr);
  EXPECT_EQ(daemon_.calls("AuditLog").at(1), json::object());
}

TEST_F(AppsProcess, WrongArgumentsAreRefusedBeforeTheDaemonIsAsked) {
  struct {
    std::vector<std::string> words;
    const char* says;
  } const rows[] = {{{"allow", "env", "work", "--for", "soon"}, "is no span"},
                    {{"allow", "env", "work", "--for", "0h"}, "is no span"},
                    {{"allow", "env", "work", "--scope", " "}, "names no scope"},
                    {{"allow", "no-such-program", "work"}, "there is no program no-such-program"},
                    {{"deny", "env", "work", "--for", "8h"}, "there is no option --for"},
                    {{"list", "work"}, "work"}};
  for (const auto& row : rows) {
    const outcome done = apps(row.words);
    EXPECT_EQ(done.exit_code, 2) << row.says;
    EXPECT_THAT(done.err, HasSubstr(row.says));
  }
  EXPECT_TRUE(daemon_.calls("DecideApp").empty());
}

TEST_F(AppsProcess, C3_WhatAnAppIsCalledCannotMoveTheCursorOrForgeALine) {
  json hostile = pending_json();
  hostile["app"] = "/tmp/a\nb\tc\033[2J";
  hostile["scopes"] = {"x\ry"};
  daemon_.answer(
      "Apps", {{"rules", {rule_json("/tmp/a\nb\tc", "*", "allow")}}, {"unknown_apps", "ask"}, {"pending", {hostile}}});
  const outcome pending = apps({"pending"});
  EXPECT_THAT(pending.out, AllOf(StartsWith("/tmp/a\\x0Ab\\x09c\\x1B[2J\t42\t"), HasSubstr("x\\x0Dy\n")));
  EXPECT_THAT(pending.err, Not(HasSubstr("\033")));
  EXPECT_EQ(apps({"list"}).out, "/tmp/a\\x0Ab\\x09c\t*\tallow\t-\t-\n");
}

TEST_F(AppsProcess, StatusAndDoctorTellOfAQuestionThatWaits) {
  const outcome status = run_program({"status"}, near(daemon_));
  EXPECT_THAT(status.out, HasSubstr("pending\t/usr/bin/git wants to use work\n"));
  EXPECT_EQ(json::parse(run_program({"status", "--json"}, near(daemon_)).out).at("pending").at(0).at("id"), "q1");
  EXPECT_THAT(run_program({"doctor"}, near(daemon_)).out,
              HasSubstr("warn\tapps\t/usr/bin/git wants to use work and waits for your answer\tRun: latchkey apps "
                        "allow /usr/bin/git work"));
  daemon_.answer("Apps", {{"rules", json::array()}, {"unknown_apps", "deny"}, {"pending", json::array()}});
  EXPECT_THAT(run_program({"doctor"}, near(daemon_)).out,
              HasSubstr("ok\tapps\t0 decided about; any other is denied\n"));
}

TEST_F(AppsProcess, AnOlderDaemonHasAStatusToo) {
  daemon_.refuse("Apps", "BadRequest", {{"message", "the daemon does not know this call"}});
  const outcome status = run_program({"status"}, near(daemon_));
  EXPECT_EQ(status.exit_code, 0) << status.err;
  EXPECT_THAT(status.out, Not(HasSubstr("pending")));
  EXPECT_THAT(run_program({"doctor"}, near(daemon_)).out, Not(HasSubstr("\tapps\t")));
}

}  // namespace
}  // namespace latchkey::cli
