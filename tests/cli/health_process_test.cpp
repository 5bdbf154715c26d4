// `latchkey status` and `latchkey doctor` against a daemon: on a terminal, in a pipe, as JSON.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/cli/program.h"
#include "tests/cli/pseudo_terminal.h"
#include "tests/support/temporary_folder.h"

namespace latchkey::cli {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;

namespace fs = std::filesystem;

// Of a line in which every character is one column wide.
std::size_t columns_of(const std::string& line) {
  return static_cast<std::size_t>(
      std::ranges::count_if(line, [](char each) { return (static_cast<unsigned char>(each) & 0xC0U) != 0x80U; }));
}

class HealthProcess : public ::testing::Test {
 protected:
  [[nodiscard]] surroundings around() const {
    surroundings made = near(daemon_);
    made.environment["HOME"] = home_.path().string();
    made.environment["BROWSER"] = "true";
    return made;
  }
  outcome latchkey(std::vector<std::string> words) { return run_program(std::move(words), around()); }
  // What a person sees on a terminal of so many columns.
  std::string on_terminal(std::vector<std::string> words, unsigned short columns, const std::string& language) {
    const pseudo_terminal terminal(columns);
    surroundings shown = around();
    shown.output_fd = terminal.program_end();
    shown.environment["NO_COLOR"] = "1";
    shown.environment["LANG"] = language;
    EXPECT_EQ(run_program(std::move(words), shown).exit_code, 0);
    return read_screen(terminal.screen());
  }
  // Status with one change to its account.
  void tell_account(const std::string& member, json value) {
    json told = status_json();
    told["accounts"][0][member] = std::move(value);
    daemon_.answer("Status", told);
  }
  void tell_provider(json found) {
    found["endpoint"] = "https://api.example.com/oauth/token";
    daemon_.answer("CheckProvider", std::move(found));
  }

  support::temporary_folder home_;
  fake_daemon daemon_;
};

TEST_F(HealthProcess, StatusInAPipeIsFieldsForPrograms) {
  json told = status_json();
  told["warnings"] = {"the file is wrong"};
  daemon_.answer("Status", told);
  const outcome done = latchkey({"status"});
  EXPECT_THAT(done.out, AllOf(HasSubstr("daemon\tlatchkeyd " LATCHKEY_VERSION "\n"), HasSubstr("pid\t4242\n"),
                              HasSubstr("warning\tthe file is wrong\n")));
  EXPECT_THAT(done.out.substr(done.out.find("account\t")),
              MatchesRegex("account\twork\tfresh\t20[^\t]*Z\t20[^\t]*Z\trefresh\t20[^\t]*Z\t20[^\t]*Z\t"
                           "/usr/bin/git .process 42. through latchkey\t-\n"));
}

TEST_F(HealthProcess, StatusInAPipeHasEveryFieldWhereAnOlderDaemonDoesNot) {
  json told = status_json();
  for (const char* newer : {"next_action", "next_action_at", "last_used_at", "last_used_by"})
    told["accounts"][0].erase(newer);
  daemon_.answer("Status", told);
  EXPECT_THAT(latchkey({"status"}).out, EndsWith("Z\t-\t-\t-\t-\t-\n"));
}

TEST_F(HealthProcess, StatusSaysThatItIsLockedAndWhatEndsThat) {
  EXPECT_THAT(latchkey({"status"}).out, Not(HasSubstr("locked")));
  json told = status_json();
  told["locked"] = true;
  told["locked_since"] = 1'700'000'000;
  daemon_.answer("Status", told);
  EXPECT_THAT(latchkey({"status"}).out, HasSubstr("\nlocked\tsince 2023-11-14T22:13:20Z; `latchkey unlock` ends it\n"));
  EXPECT_THAT(on_terminal({"status"}, 200, "C.UTF-8"), HasSubstr("`latchkey unlock` ends it"));
  EXPECT_EQ(json::parse(latchkey({"status", "--json"}).out).at("locked"), true);
  EXPECT_THAT(latchkey({"doctor"}).out, HasSubstr("latchkey unlock"));
}

TEST_F(HealthProcess, StatusOnATerminalDrawsTheTokensLife) {
  const std::string shown = on_terminal({"status"}, 140, "C.UTF-8");
  EXPECT_THAT(shown,
              AllOf(HasSubstr("1 h 1 min ago"), HasSubstr("ACCOUNT  STATE  TOKEN"), HasSubstr("██████████ 3 h 59 min"),
                    HasSubstr("refresh in 40 min"), HasSubstr("2 min ago by /usr/bin/git (process 42)")));
  EXPECT_THAT(on_terminal({"status"}, 140, "C"), HasSubstr("########## 3 h 59 min"));
}

TEST_F(HealthProcess, C6_StatusFitsEveryTerminalAndLosesNothing) {
  for (const unsigned short columns : std::initializer_list<unsigned short>{40, 60, 80, 100, 120, 200}) {
    const std::string shown = on_terminal({"status"}, columns, "C.UTF-8");
    std::istringstream lines(shown);
    std::string words;
    for (std::string line; std::getline(lines, line);) {
      if (line.ends_with('\r')) line.pop_back();
      EXPECT_LE(columns_of(line), columns) << line;
      words += line.substr(std::min(line.find_first_not_of(' '), line.size())) + " ";
    }
    EXPECT_THAT(words, AllOf(HasSubstr("3 h 59 min"), HasSubstr("refresh in 40 min"), HasSubstr("/usr/bin/git")));
  }
}

TEST_F(HealthProcess, StatusSaysWhyAnAccountIsNotInOrder) {
  tell_account("reason", "the provider answered 503");
  EXPECT_THAT(on_terminal({"status"}, 140, "C.UTF-8"), HasSubstr("work  the provider answered 503"));
  EXPECT_THAT(latchkey({"status"}).out, EndsWith("\tthe provider answered 503\n"));
}

TEST_F(HealthProcess, StatusAsJsonHasEverything) {
  const json account = json::parse(latchkey({"status", "--json"}).out).at("accounts").at(0);
  EXPECT_EQ(account.at("next_action"), "refresh");
  EXPECT_TRUE(account.at("next_action_at").is_number());
  EXPECT_TRUE(account.at("last_used_at").is_number());
  EXPECT_EQ(account.at("last_used_by"), "/usr/bin/git (process 42) through latchkey");
}

TEST_F(HealthProcess, DoctorIsContentWithADaemonInOrder) {
  const outcome done = latchkey({"doctor"});
  EXPECT_EQ(done.exit_code, 0) << done.out;
  EXPECT_THAT(done.out, AllOf(HasSubstr("ok\tdaemon\t"), HasSubstr("ok\tversion\t"), HasSubstr("ok\tstore\t"),
                              HasSubstr("ok\tloopback\t"), HasSubstr("ok\tsocket\t"), HasSubstr("ok\tproxy\t"),
                              HasSubstr("ok\tprovider kraken\tanswers at https://api.example.com/oauth/token\n"),
                              HasSubstr("ok\tclock\t"), Not(HasSubstr("fail"))));
}

TEST_F(HealthProcess, DoctorWarnsWithAFixAndStillExitsWithZero) {
  json told = status_json();
  told["version"] = "0.0.1";
  told["warnings"] = {"the file is wrong"};
  told["accounts"][0]["state"] = "login_required";
  told["accounts"][0]["reason"] = "the grant was revoked";
  daemon_.answer("Status", told);
  const outcome done = latchkey({"doctor"});
  EXPECT_EQ(done.exit_code, 0);
  EXPECT_THAT(done.out, AllOf(HasSubstr("warn\tversion\tlatchkeyd is 0.0.1"), HasSubstr("the file is wrong"),
                              HasSubstr("the grant was revoked\tRun: latchkey login work"), EndsWith(" warnings\n")));
}

TEST_F(HealthProcess, DoctorAsksEachProviderOnce) {
  json told = status_json();
  told["accounts"].push_back(account_json());
  told["accounts"][1]["name"] = "play";
  told["accounts"].push_back(account_json());
  told["accounts"][2]["name"] = "other";
  told["accounts"][2]["provider"] = "id.example";
  daemon_.answer("Status", told);
  EXPECT_EQ(latchkey({"doctor"}).exit_code, 0);
  EXPECT_EQ(daemon_.calls("CheckProvider"), (std::vector<json>{{{"account", "work"}}, {{"account", "other"}}}));
}

TEST_F(HealthProcess, DoctorFailsForAProviderThatIsNotThereAndAClockThatIsWrong) {
  tell_provider({{"reachable", false}, {"message", "api.example.com refused the connection: a firewall forbids it"}});
  const outcome down = latchkey({"doctor"});
  EXPECT_EQ(down.exit_code, 1);
  EXPECT_THAT(down.out, AllOf(HasSubstr("fail\tprovider kraken\tapi.example.com refused the connection\tA firewall"),
                              Not(HasSubstr("clock"))));
  tell_provider({{"reachable", true}, {"clock_skew", 4000}});
  const outcome late = latchkey({"doctor"});
  EXPECT_EQ(late.exit_code, 1);
  EXPECT_THAT(late.out, HasSubstr("fail\tclock\tthis computer's clock is 1 h 6 min behind that of kraken\t"
                                  "Run: sudo timedatectl set-ntp true\n"));
}

TEST_F(HealthProcess, DoctorGoesOnWhereAnOlderDaemonCannotAskProviders) {
  daemon_.refuse("CheckProvider", "BadRequest", {{"message", "there is no such method"}});
  const outcome done = latchkey({"doctor"});
  EXPECT_EQ(done.exit_code, 0);
  EXPECT_THAT(done.out, HasSubstr("warn\tprovider kraken\twas not asked: there is no such method"));
}

TEST_F(HealthProcess, I13_DoctorSeesFilesThatOthersCanReadOrChange) {
  const fs::path config = home_.path() / ".config/latchkey/accounts";
  const fs::path state = home_.path() / ".local/state/latchkey/store";
  fs::create_directories(config);
  fs::create_directories(state);
  std::ofstream(config / "work.toml") << "client_id = \"x\"\n";
  std::ofstream(state / "work.grant") << "sealed";
  std::ofstream(state.parent_path() / "store.key") << "key";
  fs::permissions(state.parent_path(), fs::perms(0700));
  fs::permissions(state, fs::perms(0700));
  fs::permissions(state / "work.grant", fs::perms(0600));
  fs::permissions(state.parent_path() / "store.key", fs::perms(0644));
  fs::permissions(config / "work.toml", fs::perms(0666));
  const outcome done = latchkey({"doctor"});
  EXPECT_EQ(done.exit_code, 1);
  EXPECT_THAT(done.out, AllOf(HasSubstr("work.toml can be changed by every user\tRun: chmod go-w " +
                                        (config / "work.toml").string()),
                              HasSubstr("store.key is open to others\tRun: chmod 600 "), HasSubstr("warn\tstore key\t"),
                              EndsWith("summary\t2 problems, 1 warning\n")));
}

TEST_F(HealthProcess, C5_DoctorTellsADaemonThatIsAbsentFromOneThatHangs) {
  surroundings nowhere = around();
  nowhere.environment["LATCHKEY_SOCKET"] = "/nonexistent/latchkey.sock";
  const outcome absent = run_program({"doctor"}, nowhere);
  EXPECT_EQ(absent.exit_code, 1);
  EXPECT_THAT(absent.out, AllOf(HasSubstr("Start it: systemctl --user start latchkeyd"), HasSubstr("ok\tloopback\t")));
  daemon_.hang("Status");
  const outcome hangs = latchkey({"doctor", "--json"});
  EXPECT_EQ(hangs.exit_code, 1);
  EXPECT_EQ(json::parse(hangs.out).at("checks").back().at("verdict"), "fail");
  EXPECT_THAT(hangs.out, HasSubstr("systemctl --user restart latchkeyd"));
}

}  // namespace
}  // namespace latchkey::cli
