// What the doctor makes of what it sees: tables, without a file, a daemon or systemd.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "cli/doctor_daemon.h"
#include "cli/doctor_files.h"
#include "cli/doctor_providers.h"
#include "cli/doctor_session.h"

namespace latchkey::cli {
namespace {

using std::chrono::seconds;

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST(DoctorFiles, WhatIsSecretIsItsOwnersAloneAndWhatIsTrustedIsChangedByNobodyElse) {
  constexpr uid_t me = 1000;
  struct {
    file_rule rule;
    mode_t mode;
    uid_t owner;
    const char* command;  // nullptr: in order.
    verdict outcome;
  } const rows[] = {
      {file_rule::secret, S_IFREG | 0600, me, nullptr, verdict::ok},
      {file_rule::secret, S_IFREG | 0400, me, nullptr, verdict::ok},
      {file_rule::secret, S_IFDIR | 0700, me, nullptr, verdict::ok},
      {file_rule::secret, S_IFREG | 0640, me, "chmod 600 '/a b'", verdict::fail},
      {file_rule::secret, S_IFREG | 0604, me, "chmod 600 '/a b'", verdict::fail},
      {file_rule::secret, S_IFDIR | 0711, me, "chmod 700 '/a b'", verdict::fail},
      {file_rule::secret, S_IFREG | 0600, 0, "sudo chown 1000 '/a b'", verdict::fail},
      {file_rule::trusted, S_IFREG | 0644, me, nullptr, verdict::ok},
      {file_rule::trusted, S_IFDIR | 0755, me, nullptr, verdict::ok},
      {file_rule::trusted, S_IFREG | 0444, 0, nullptr, verdict::ok},
      {file_rule::trusted, S_IFREG | 0664, me, "chmod go-w '/a b'", verdict::warn},
      {file_rule::trusted, S_IFREG | 0646, me, "chmod go-w '/a b'", verdict::fail},
      {file_rule::trusted, S_IFDIR | 01777, me, "chmod go-w '/a b'", verdict::fail},
      {file_rule::trusted, S_IFREG | 0644, 1001, "sudo chown 1000 '/a b'", verdict::fail},
  };
  for (const auto& row : rows) {
    const auto found = judge_file({"/a b", row.mode, row.owner}, row.rule, me);
    ASSERT_EQ(found.has_value(), row.command != nullptr) << std::oct << row.mode << " " << row.owner;
    if (!found) continue;
    EXPECT_EQ(found->command, row.command);
    EXPECT_EQ(found->how_bad, row.outcome) << std::oct << row.mode;
  }
}

TEST(DoctorFiles, OfManyFlawsTheWorstIsToldAndTheOthersCounted) {
  const check in_order{"files", verdict::ok, "fine", ""};
  EXPECT_EQ(judge_flaws(in_order, {}).detail, "fine");
  const flaw small{verdict::warn, "/a", "can be changed by its group", "chmod go-w /a"};
  const flaw big{verdict::fail, "/b", "is open to others", "chmod 600 /b"};
  EXPECT_EQ(judge_flaws(in_order, {small}).fix, "Run: chmod go-w /a");
  const check all = judge_flaws(in_order, {small, big, small});
  EXPECT_EQ(all.outcome, verdict::fail);
  EXPECT_EQ(all.detail, "/b is open to others (and 2 more)");
  EXPECT_TRUE(has(all.fix, "chmod 600 /b"));
}

TEST(DoctorUnits, ReadsWhatSystemctlShows) {
  const auto units = parse_units(
      "Id=latchkeyd.socket\nLoadState=loaded\nActiveState=active\nUnitFileState=enabled\n\n"
      "UnitFileState=static\nActiveState=failed\nId=latchkeyd.service\nLoadState=loaded\n");
  ASSERT_EQ(units.size(), 2U);
  EXPECT_EQ(units.at("latchkeyd.socket").file, "enabled");
  EXPECT_EQ(units.at("latchkeyd.service").active, "failed");
  EXPECT_TRUE(parse_units("").empty());
}

TEST(DoctorUnits, SaysWhatKeepsSystemdFromStartingTheDaemon) {
  struct {
    unit_state socket;
    const char* service;
    verdict outcome;
    const char* fix;
  } const rows[] = {
      {{"loaded", "enabled", "active"}, "active", verdict::ok, ""},
      {{"loaded", "enabled", "active"}, "inactive", verdict::ok, ""},
      {{"loaded", "enabled-runtime", "active"}, "inactive", verdict::ok, ""},
      {{"loaded", "disabled", "inactive"}, "inactive", verdict::warn, "systemctl --user enable --now latchkeyd.socket"},
      {{"loaded", "disabled", "active"}, "active", verdict::warn, "systemctl --user enable --now latchkeyd.socket"},
      {{"loaded", "enabled", "inactive"}, "inactive", verdict::warn, "systemctl --user start latchkeyd.socket"},
      {{"loaded", "enabled", "failed"}, "inactive", verdict::fail, "systemctl --user restart latchkeyd.socket"},
      {{"loaded", "enabled", "active"}, "failed", verdict::fail, "systemctl --user status latchkeyd;"},
      {{"masked", "masked", "inactive"}, "inactive", verdict::warn, "systemctl --user unmask latchkeyd.socket"},
      {{"not-found", "", "inactive"}, "inactive", verdict::warn, "Install latchkeyd.socket"},
  };
  for (const auto& row : rows) {
    const check found =
        judge_units({{"latchkeyd.socket", row.socket}, {"latchkeyd.service", {"loaded", "static", row.service}}});
    EXPECT_EQ(found.outcome, row.outcome) << found.detail;
    EXPECT_TRUE(has(found.fix, row.fix)) << found.detail << ": " << found.fix;
    EXPECT_EQ(found.fix.empty(), found.outcome == verdict::ok);
  }
  EXPECT_EQ(judge_units({}).outcome, verdict::warn);
}

TEST(DoctorLinger, WarnsWithoutADisplayAlone) {
  EXPECT_EQ(judge_linger({"ann", true, false}).outcome, verdict::ok);
  EXPECT_EQ(judge_linger({"ann", false, true}).outcome, verdict::ok);
  const check found = judge_linger({"ann", false, false});
  EXPECT_EQ(found.outcome, verdict::warn);
  EXPECT_TRUE(has(found.fix, "loginctl enable-linger ann"));
}

TEST(DoctorProxy, TakesWhatTheDaemonTakesAndTellsNoPassword) {
  for (const char* good : {"proxy", "proxy:3128", "http://proxy:3128", "HTTP://user:p%40ss@proxy.example:80/",
                           "[::1]:80", "http://[2001:db8::1]", "10.0.0.1:8080"})
    EXPECT_EQ(proxy_problem(good), std::nullopt) << good;
  struct {
    const char* value;
    const char* problem;
  } const rows[] = {{"socks5://proxy:1080", "names a kind of proxy other than http"},
                    {"https://proxy", "names a kind of proxy other than http"},
                    {"http://", "names no host"},
                    {":3128", "names no host"},
                    {"http://user:secret@", "names no host"},
                    {"proxy:port", "has an impossible port"},
                    {"proxy:0", "has an impossible port"},
                    {"proxy:65536", "has an impossible port"},
                    {"a proxy", "is not an address"},
                    {"[::1", "is not an address"}};
  for (const auto& row : rows) EXPECT_EQ(proxy_problem(row.value), row.problem) << row.value;
}

TEST(DoctorClock, WarnsAboveThirtySecondsAndFailsAboveFiveMinutes) {
  struct {
    std::int64_t ahead;
    verdict outcome;
    const char* detail;
  } const rows[] = {{0, verdict::ok, "agrees with the providers'"},
                    {30, verdict::ok, "agrees with the providers'"},
                    {31, verdict::warn, "this computer's clock is 31 s behind that of acme"},
                    {-31, verdict::warn, "this computer's clock is 31 s ahead of that of acme"},
                    {300, verdict::warn, "this computer's clock is 5 min behind that of acme"},
                    {301, verdict::fail, "this computer's clock is 5 min 1 s behind that of acme"},
                    {-86400, verdict::fail, "this computer's clock is 1 d ahead of that of acme"}};
  for (const auto& row : rows) {
    const check found = judge_clock({{"acme", seconds(row.ahead)}});
    EXPECT_EQ(found.outcome, row.outcome) << row.ahead;
    EXPECT_EQ(found.detail, row.detail);
    EXPECT_EQ(found.fix, row.outcome == verdict::ok ? "" : "Run: sudo timedatectl set-ntp true");
  }
  EXPECT_EQ(judge_clock({{"acme", seconds::min()}}).outcome, verdict::fail);
}

TEST(DoctorClock, WhereProvidersDisagreeTheOneFarthestOffIsWrong) {
  const check found = judge_clock({{"wrong", seconds(-4000)}, {"right", seconds(1)}});
  EXPECT_EQ(found.outcome, verdict::warn);
  EXPECT_EQ(found.detail, "the clock of wrong is off by 1 h 6 min; other providers agree with this computer");
  EXPECT_EQ(judge_clock({{"a", seconds(-4000)}, {"b", seconds(-4001)}}).outcome, verdict::fail);
}

TEST(DoctorProvider, TakesTheDaemonsSentenceApartIntoWhatIsWrongAndWhatHelps) {
  provider_check seen{"https://id.example/token", true, "", {}};
  EXPECT_EQ(judge_provider("acme", seen).detail, "answers at https://id.example/token");
  EXPECT_EQ(judge_provider("acme", seen).fix, "");
  seen.message = "it answers with HTTP 503: it has trouble of its own";
  EXPECT_EQ(judge_provider("acme", seen).outcome, verdict::warn);
  seen.reachable = false;
  seen.message = "the certificate of id.example is self-signed: if you trust it, name the file";
  const check found = judge_provider("acme", seen);
  EXPECT_EQ(found.outcome, verdict::fail);
  EXPECT_EQ(found.detail, "the certificate of id.example is self-signed");
  EXPECT_EQ(found.fix, "If you trust it, name the file. To see more, run: curl -v https://id.example/token");
  seen.message = "it gave no answer within 10 s";
  EXPECT_EQ(judge_provider("acme", seen).fix, "To see more, run: curl -v https://id.example/token");
}

TEST(DoctorStore, AGrantThatCannotBeReadIsTheStoresFailure) {
  daemon_status status;
  status.store = "secret_service";
  status.store_description = "the keyring of the desktop (Secret Service); `secret-tool` shows the items";
  EXPECT_EQ(judge_store(status).detail, "the keyring of the desktop (Secret Service)");
  account closed;
  closed.name = "work";
  closed.state = "unavailable";
  closed.reason = "the keyring is locked";
  status.accounts = {closed};
  const check found = judge_store(status);
  EXPECT_EQ(found.outcome, verdict::fail);
  EXPECT_TRUE(has(found.detail, "the keyring is locked"));
  EXPECT_TRUE(has(found.fix, "Unlock the keyring"));
  EXPECT_EQ(judge_account(closed, 0).outcome, verdict::fail);
}

TEST(DoctorDaemon, ALockedDaemonIsNoFaultOfTheStore) {
  daemon_status status;
  status.locked = true;
  const check found = judge_store(status);
  EXPECT_EQ(found.outcome, verdict::warn);
  EXPECT_TRUE(has(found.fix, "latchkey unlock"));
}

account in_state(const std::string& state) {
  account made;
  made.name = "work";
  made.state = state;
  made.reason = "the reason";
  return made;
}

TEST(DoctorAccount, SaysWhatToDoInEachState) {
  struct {
    const char* state;
    verdict outcome;
    const char* fix;
  } const rows[] = {{"fresh", verdict::ok, ""},
                    {"logged_out", verdict::ok, ""},
                    {"refreshing", verdict::ok, ""},
                    {"login_required", verdict::warn, "Run: latchkey login work"},
                    {"backing_off", verdict::warn, "Nothing to do: retry when asked"},
                    {"unsaved", verdict::warn, "Nothing to do: save when asked"},
                    {"unavailable", verdict::fail, "See what the check of the store says."}};
  for (const auto& row : rows) {
    const check found = judge_account(in_state(row.state), 0);
    EXPECT_EQ(found.outcome, row.outcome) << row.state;
    EXPECT_TRUE(found.fix.starts_with(row.fix)) << row.state << ": " << found.fix;
    EXPECT_EQ(found.fix.empty(), row.outcome == verdict::ok) << row.state;
  }
}

TEST(DoctorAccount, OfManyAccountsOnlyThoseThatAreNotInOrderAreTold) {
  EXPECT_EQ(judge_accounts({}, 0).size(), 1U);
  std::vector<account> many(20, in_state("fresh"));
  EXPECT_EQ(judge_accounts(many, 0).size(), 20U);
  many.resize(9999, in_state("fresh"));
  many.push_back(in_state("login_required"));
  const auto checks = judge_accounts(many, 0);
  ASSERT_EQ(checks.size(), 2U);
  EXPECT_EQ(checks[0].outcome, verdict::warn);
  EXPECT_EQ(checks[1].detail, "9999 are in order");
}

TEST(DoctorSummary, CountsWhatIsNotInOrder) {
  const check ok{"a", verdict::ok, "", ""};
  const check warn{"b", verdict::warn, "", ""};
  const check fail{"c", verdict::fail, "", ""};
  EXPECT_EQ(summary({ok, ok, ok}), "all 3 checks passed");
  EXPECT_EQ(summary({ok, warn}), "no problem, 1 warning");
  EXPECT_EQ(summary({fail, ok}), "1 problem");
  EXPECT_EQ(summary({fail, warn, fail, warn}), "2 problems, 2 warnings");
}

TEST(DoctorCommand, ShellWordsAreQuotedWhereTheyMustBe) {
  EXPECT_EQ(shell_word("/home/ann/.config"), "/home/ann/.config");
  EXPECT_EQ(shell_word("/home/ann's files"), "'/home/ann'\\''s files'");
  EXPECT_EQ(shell_word("$(reboot)"), "'$(reboot)'");
  EXPECT_EQ(shell_word(""), "''");
}

}  // namespace
}  // namespace latchkey::cli
