// What the audit log tells of uses and decisions.
#include <gmock/gmock.h>

#include "tests/daemon/app_gate_fixture.h"

namespace latchkey {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST_F(AppGateTest, TheAuditLogTellsWhoDecidedWhat) {
  EXPECT_EQ(decide(command, "/usr/bin/git", "allow", {{"scopes", {"read"}}}), "done");
  const auto expect_last = [this](const char* method, const char* outcome, int process) {
    const json last = audit().back();
    EXPECT_EQ(last["app"], "/usr/bin/git");
    EXPECT_EQ(last["method"], method);
    EXPECT_EQ(last["outcome"], outcome);
    EXPECT_EQ(last["process"], process);
  };
  expect_last("DecideApp", "allowed", 103);
  EXPECT_EQ(audit().back()["scopes"], json::array({"read"}));
  EXPECT_EQ(get_token(git), "token");
  expect_last("GetToken", "given", 101);
  call(git, "UserInfo", {{"account", "work"}});
  expect_last("UserInfo", "given", 101);
  EXPECT_EQ(audit().back()["scopes"], json::array({"read"}));
  EXPECT_EQ(outcome(call(command, "ForgetApp", {{"app", "/usr/bin/git"}})), "done");
  expect_last("ForgetApp", "forgotten", 103);
  EXPECT_EQ(outcome(call(command, "ForgetApp", {{"app", "/usr/bin/git"}})), "done");
  EXPECT_EQ(told("/usr/bin/git", "forgotten"), 1) << "there was nothing to forget any more";
  logged_in(git);
  expect_last("Login", "allowed", 101);
}

TEST_F(AppGateTest, TheAuditLogIsToldByAccountByAppAndFromItsEnd) {
  given_account("home");
  EXPECT_EQ(decide(command, "/usr/bin/git", "allow"), "done");
  const json at_home{{"app", "unit:bot.service"}, {"account", "home"}, {"decision", "allow"}};
  EXPECT_EQ(outcome(call(command, "DecideApp", at_home)), "done");
  const auto entries = [this](const json& wanted) {
    return call(command, "AuditLog", wanted)->answer->parameters["entries"];
  };
  EXPECT_EQ(entries({{"account", "home"}}).size(), 1U);
  EXPECT_EQ(entries({{"app", "/usr/bin/git"}}).size(), 1U);
  EXPECT_EQ(entries({{"limit", 1}}).size(), 1U);
  EXPECT_EQ(entries({{"limit", 1}})[0]["app"], "unit:bot.service");
}

TEST_F(AppGateTest, P1_TheAuditLogTellsWhoAndWhenAndNoToken) {
  EXPECT_EQ(decide(command, "/usr/bin/git", "allow"), "done");
  for (int calls = 0; calls < 100; ++calls) EXPECT_EQ(get_token(git), "token");
  EXPECT_EQ(told("/usr/bin/git", "given"), 1);
  EXPECT_EQ(told("/usr/bin/git", "allowed"), 1);
  world_.http.answer(200, token_json(2));
  EXPECT_EQ(get_token(git, {{"stale_generation", 1}}), "token");
  EXPECT_EQ(told("/usr/bin/git", "given"), 2);
  EXPECT_EQ(audit().back()["generation"], 2);
  EXPECT_EQ(audit().back()["process"], 101);
  EXPECT_EQ(get_token(bot), "ConsentPending");
  EXPECT_EQ(told("unit:bot.service", "asked"), 1);
  person_says(consent_decision::deny);
  for (int calls = 0; calls < 100; ++calls) EXPECT_EQ(get_token(bot), "AccessDenied");
  EXPECT_EQ(told("unit:bot.service", "denied"), 1);
  EXPECT_EQ(told("unit:bot.service", "refused_by_person"), 1);
  EXPECT_THAT(audit().dump(), Not(HasSubstr("access-")));
  EXPECT_THAT(audit().dump(), Not(HasSubstr("refresh-")));
}

}  // namespace
}  // namespace latchkey
