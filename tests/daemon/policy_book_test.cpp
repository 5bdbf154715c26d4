#include "daemon/policy_book.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <sstream>
#include <string>

#include "core/limits.h"
#include "tests/support/temporary_folder.h"

namespace latchkey {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr wall_time now{seconds(1'800'000'000)};
constexpr uid_t somebody_else = 65534;

std::string rule(const std::string& app, const std::string& decision, const std::string& more = {}) {
  return "[[rule]]\napp = \"" + app + "\"\naccount = \"work\"\ndecision = \"" + decision + "\"\n" + more;
}

class PolicyBookTest : public testing::Test {
 protected:
  void write(const std::string& text, mode_t mode = 0600) const {
    std::ofstream(file_) << text;
    EXPECT_EQ(::chmod(file_.c_str(), mode), 0);
  }
  [[nodiscard]] std::string text() const {
    std::ostringstream all;
    all << std::ifstream(file_).rdbuf();
    return all.str();
  }
  static app_verdict verdict(const policy_book& book, std::string_view app) {
    return book.judge(app, grant_use{"work", {}, {}}, now).verdict;
  }
  static app_rule allowed(const std::string& app) {
    return {app, "work", app_decision::allow, std::nullopt, std::nullopt};
  }

  support::temporary_folder folder_;
  fs::path file_ = folder_.path() / "policy.toml";
};

TEST_F(PolicyBookTest, WhatAPersonWroteMeanwhileIsThereAfterADecision) {
  policy_book book(file_, unknown_apps::ask);
  write(rule("/bin/a", "deny"));
  ASSERT_TRUE(book.decide(allowed("/bin/b"), now));
  EXPECT_EQ(verdict(book, "/bin/a"), app_verdict::deny);
  write(rule("/bin/a", "deny") + rule("/bin/c", "deny") + rule("/bin/d", "allow"));
  EXPECT_EQ(book.forget("/bin/c", std::nullopt, now).value(), 1U);
  EXPECT_THAT(text(), HasSubstr("/bin/d"));
  write(rule("/bin/a", "deny") + rule("/bin/e", "allow"));
  const auto gone = book.forget_allowed("work", now);
  ASSERT_TRUE(gone);
  ASSERT_EQ(gone->size(), 1U);
  EXPECT_EQ(gone->front().app, "/bin/e");
  EXPECT_THAT(text(), HasSubstr("/bin/a"));
}

TEST_F(PolicyBookTest, WhatWasDecidedAndTakenOutByHandIsGone) {
  write(rule("/bin/a", "deny"));
  policy_book book(file_, unknown_apps::ask);
  ASSERT_TRUE(book.decide(allowed("/bin/b"), now));
  EXPECT_EQ(verdict(book, "/bin/b"), app_verdict::allow);
  write(rule("/bin/a", "deny"));
  book.reload();
  EXPECT_EQ(verdict(book, "/bin/b"), app_verdict::ask);
}

TEST_F(PolicyBookTest, ARuleThatHasEndedLeavesTheFileWithTheNextDecision) {
  write(rule("/bin/a", "allow", "until = 2020-01-01T00:00:00Z\n") + rule("/bin/b", "allow"));
  policy_book book(file_, unknown_apps::ask);
  ASSERT_TRUE(book.decide(allowed("/bin/c"), now));
  EXPECT_THAT(text(), Not(HasSubstr("/bin/a")));
  EXPECT_THAT(text(), HasSubstr("/bin/b"));
}

TEST_F(PolicyBookTest, HoldsSoManyRulesAndNoMore) {
  std::string all;
  for (std::size_t i = 1; i < limits::policy_rules; ++i) all += rule("/opt/" + std::to_string(i), "deny");
  write(all);
  policy_book book(file_, unknown_apps::ask);
  EXPECT_TRUE(book.decide(allowed("/bin/last"), now));
  const auto refused = book.decide(allowed("/bin/more"), now);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, errc::bad_request);
  EXPECT_EQ(verdict(book, "/bin/more"), app_verdict::ask);
  EXPECT_TRUE(book.decide({"/bin/last", "work", app_decision::deny, std::nullopt, std::nullopt}, now));
}

TEST_F(PolicyBookTest, MakesItsFolder) {
  file_ = folder_.path() / "config" / "latchkey" / "policy.toml";
  policy_book book(file_, unknown_apps::ask);
  ASSERT_TRUE(book.decide(allowed("/bin/a"), now));
  EXPECT_THAT(text(), HasSubstr("/bin/a"));
}

TEST_F(PolicyBookTest, ToForgetWhatAWrongFileMaySayIsAnError) {
  write("wrong");
  policy_book book(file_, unknown_apps::ask);
  const auto gone = book.forget("/bin/a", std::nullopt, now);
  ASSERT_FALSE(gone);
  EXPECT_EQ(gone.error().code, errc::bad_request);
  EXPECT_EQ(text(), "wrong");
}

TEST_F(PolicyBookTest, WhatChangesNothingLeavesTheFileAsItIs) {
  const std::string by_hand = "# mine\n" + rule("/bin/a", "deny");
  write(by_hand);
  policy_book book(file_, unknown_apps::ask);
  EXPECT_TRUE(book.forget_allowed("work", now).value().empty());
  EXPECT_EQ(book.forget("/bin/b", std::nullopt, now).value(), 0U);
  EXPECT_EQ(text(), by_hand);
}

TEST_F(PolicyBookTest, AFileThatOthersCanChangeAllowsNothing) {
  for (const mode_t mode : {0620U, 0602U, 0666U}) {
    write(rule("/bin/a", "allow"), mode);
    const policy_book book(file_, unknown_apps::ask);
    EXPECT_EQ(verdict(book, "/bin/a"), app_verdict::ask) << mode;
    EXPECT_THAT(book.trouble(), HasSubstr("run chmod 600 "));
  }
  write(rule("/bin/a", "allow"), 0644);
  EXPECT_EQ(verdict(policy_book(file_, unknown_apps::ask), "/bin/a"), app_verdict::allow);
}

TEST_F(PolicyBookTest, AFileOfAnotherUserAllowsNothingUnlessItIsRoots) {
  if (::geteuid() != 0) return;  // Who is not root cannot give a file away.
  write(rule("/bin/a", "allow"), 0644);
  ASSERT_EQ(::chmod(folder_.path().c_str(), 0755), 0);
  ASSERT_EQ(::seteuid(somebody_else), 0);
  const policy_book of_root(file_, unknown_apps::ask);
  ASSERT_EQ(::seteuid(0), 0);
  EXPECT_EQ(verdict(of_root, "/bin/a"), app_verdict::allow) << of_root.trouble();
  ASSERT_EQ(::chown(file_.c_str(), somebody_else, static_cast<gid_t>(-1)), 0);
  const policy_book of_another(file_, unknown_apps::ask);
  EXPECT_EQ(verdict(of_another, "/bin/a"), app_verdict::ask);
  EXPECT_THAT(of_another.trouble(), HasSubstr("belongs to another user"));
}

}  // namespace
}  // namespace latchkey
