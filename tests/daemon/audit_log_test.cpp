#include "daemon/audit_log.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <string>

#include "tests/support/temporary_folder.h"

namespace latchkey {
namespace {

namespace fs = std::filesystem;

class AuditLogTest : public testing::Test {
 protected:
  static ipc::audit_entry_info entry(std::int64_t time, const std::string& app = "/usr/bin/git") {
    ipc::audit_entry_info made;
    made.time = time;
    made.app = app;
    made.account = "work";
    made.method = "GetToken";
    made.outcome = "given";
    made.generation = 1;
    return made;
  }
  [[nodiscard]] std::vector<ipc::audit_entry_info> entries(const audit_log::filter& wanted = {}) const {
    return log_.read(wanted).value();
  }
  void each(const ipc::audit_entry_info& what) { log_.write(what, audit_pace::each, boot_time()); }

  support::temporary_folder folder_;
  fs::path file_ = folder_.path() / "audit.log";
  audit_log log_{file_};
};

TEST_F(AuditLogTest, GivesWhatItGotNewestLast) {
  EXPECT_TRUE(entries().empty());
  for (std::int64_t time = 1; time <= 5; ++time) each(entry(time));
  const auto all = entries();
  ASSERT_EQ(all.size(), 5U);
  EXPECT_EQ(all.front().time, 1);
  EXPECT_EQ(all.back().time, 5);
  EXPECT_EQ(all.back().generation, 1);
  const auto newest = entries({{}, {}, 2});
  ASSERT_EQ(newest.size(), 2U);
  EXPECT_EQ(newest.front().time, 4);
}

TEST_F(AuditLogTest, FindsWhatIsAboutAnAccountOrAnApp) {
  each(entry(1));
  each(entry(2, "/usr/bin/svn"));
  auto home = entry(3);
  home.account = "home";
  each(home);
  EXPECT_EQ(entries({"home", {}, 10}).size(), 1U);
  EXPECT_EQ(entries({{}, "/usr/bin/git", 10}).size(), 2U);
  EXPECT_EQ(entries({"work", "/usr/bin/git", 10}).size(), 1U);
  EXPECT_TRUE(entries({"wor", {}, 10}).empty());
}

TEST_F(AuditLogTest, TellsEachGenerationAndEachMinuteOnce) {
  const boot_time now{std::chrono::hours(1)};
  for (int calls = 0; calls < 3; ++calls) log_.write(entry(1), audit_pace::a_generation, now);
  EXPECT_EQ(entries().size(), 1U);
  EXPECT_TRUE(log_.told("/usr/bin/git", "work", "GetToken", 1));
  EXPECT_FALSE(log_.told("/usr/bin/git", "work", "GetToken", 2));
  EXPECT_FALSE(log_.told("/usr/bin/git", "home", "GetToken", 1));
  auto next = entry(2);
  next.generation = 2;
  log_.write(next, audit_pace::a_generation, now);
  EXPECT_EQ(entries().size(), 2U);
  auto denied = entry(3);
  denied.outcome = "denied";
  log_.write(denied, audit_pace::a_minute, now);
  log_.write(denied, audit_pace::a_minute, now + limits::audit_repeat - seconds(1));
  EXPECT_EQ(entries().size(), 3U);
  log_.write(denied, audit_pace::a_minute, now + limits::audit_repeat);
  EXPECT_EQ(entries().size(), 4U);
}

// Else who asks for it all the time would not be told of again at all.
TEST_F(AuditLogTest, ARepetitionThatIsNotToldDoesNotPutTheNextOneOff) {
  const boot_time now{std::chrono::hours(1)};
  for (const seconds after : {seconds(0), limits::audit_repeat / 2, limits::audit_repeat})
    log_.write(entry(1), audit_pace::a_minute, now + after);
  EXPECT_EQ(entries().size(), 2U);
}

TEST_F(AuditLogTest, OfManyAppsNotAllAreRemembered) {
  const boot_time now{std::chrono::hours(1)};
  log_.write(entry(1), audit_pace::a_minute, now);
  for (int i = 0; i < 4096; ++i) log_.write(entry(2, "/" + std::to_string(i)), audit_pace::a_minute, now);
  log_.write(entry(3), audit_pace::a_minute, now);
  EXPECT_EQ(entries({{}, "/usr/bin/git", 10}).size(), 2U) << "what it remembers grows with what programs make up";
}

TEST_F(AuditLogTest, DoesNotWriteThroughALink) {
  const fs::path elsewhere = folder_.path() / "elsewhere";
  std::ofstream(elsewhere) << "";
  fs::create_symlink(elsewhere, file_);
  each(entry(1));
  EXPECT_EQ(fs::file_size(elsewhere), 0U);
}

TEST_F(AuditLogTest, IsOursAloneAndNeverGrowsPastTwoFiles) {
  const std::string app = "/" + std::string(1000, 'a');
  each(entry(0, app));
  EXPECT_EQ(fs::status(file_).permissions(), fs::perms(0600));
  for (std::int64_t time = 1; time < 3000; ++time) each(entry(time, app));
  struct stat about {};
  ASSERT_EQ(::stat(file_.c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777, 0600U);
  ASSERT_EQ(::stat((file_.string() + ".1").c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777, 0600U);
  EXPECT_LE(fs::file_size(file_), limits::audit_file);
  EXPECT_LE(fs::file_size(file_.string() + ".1"), limits::audit_file);
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_.path()), {}), 2);
  const auto found = entries({{}, {}, 1000});
  ASSERT_EQ(found.size(), 1000U);
  EXPECT_EQ(found.back().time, 2999);
  EXPECT_EQ(found.front().time, 2000);  // Across both files.
}

TEST_F(AuditLogTest, PassesOverWhatIsNoEntry) {
  each(entry(1));
  std::ofstream(file_, std::ios::app) << "nonsense\n{\"time\":1}\n\n[]\n";
  each(entry(2));
  EXPECT_EQ(entries().size(), 2U);
}

TEST_F(AuditLogTest, C3_AForgedLineStaysInsideItsEntry) {
  each(entry(1, "/tmp/a\n{\"time\":7}\xFF"));
  const auto found = entries();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found.front().time, 1);
  std::ifstream file(file_);
  std::string line;
  int lines = 0;
  while (std::getline(file, line)) ++lines;
  EXPECT_EQ(lines, 1);
}

TEST_F(AuditLogTest, AFolderThatIsGoneEndsNothing) {
  audit_log nowhere(folder_.path() / "none" / "audit.log");
  nowhere.write(entry(1), audit_pace::each, boot_time());
  EXPECT_TRUE(nowhere.read({}).value().empty());
  audit_log off{fs::path()};
  off.write(entry(1), audit_pace::each, boot_time());
  EXPECT_TRUE(off.read({}).value().empty());
}

}  // namespace
}  // namespace latchkey
