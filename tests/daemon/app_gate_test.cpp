// What the policy says, and who may change it.
#include <gmock/gmock.h>

#include "tests/daemon/app_gate_fixture.h"

namespace latchkey {
namespace {

using ::testing::HasSubstr;

constexpr const char* allow_git = "[[rule]]\napp = \"/usr/bin/git\"\naccount = \"work\"\ndecision = \"allow\"\n";

TEST_F(AppGateTest, OnlyTheCommandDecidesAndThatSettlesWhatWaits) {
  const auto waiting = call(git, "GetToken", {{"account", "work"}, {"wait_for_consent", 60}});
  for (const auto connection : {git, bot, nobody}) {
    EXPECT_EQ(decide(connection, "/usr/bin/git", "allow"), "AccessDenied");
    EXPECT_EQ(outcome(call(connection, "ForgetApp", {{"app", "/usr/bin/git"}})), "AccessDenied");
  }
  EXPECT_EQ(outcome(waiting), "waits");
  EXPECT_EQ(decide(command, "/usr/bin/git", "allow"), "done");
  settle();
  EXPECT_EQ(outcome(waiting), "token");
  EXPECT_EQ(world_.desktop.withdrawn.size(), 1U);
  EXPECT_TRUE(apps()["pending"].empty());
  EXPECT_EQ(apps()["rules"][0]["decision"], "allow");
  EXPECT_EQ(decide(command, "/usr/bin/git", "deny"), "done");
  EXPECT_EQ(apps()["rules"].size(), 1U);
  EXPECT_EQ(get_token(git), "AccessDenied");
  EXPECT_EQ(call(command, "ForgetApp", {{"app", "/usr/bin/git"}})->answer->parameters["forgotten"], 1);
  EXPECT_EQ(get_token(git), "ConsentPending");
}

TEST_F(AppGateTest, TheCommandItselfIsAnAppLikeAnyOther) {
  EXPECT_EQ(get_token(command), "ConsentPending");
  EXPECT_EQ(decide(command, "/usr/bin/latchkey", "allow", {{"valid_for", 60}}), "done");
  EXPECT_EQ(get_token(command), "token");
  pass(seconds(60));
  EXPECT_EQ(get_token(command), "ConsentPending");
}

TEST_F(AppGateTest, ADecisionIsChecked) {
  EXPECT_EQ(decide(command, "git", "allow"), "BadRequest");
  EXPECT_EQ(decide(command, "/usr/bin/git", "deny", {{"scopes", {"read"}}}), "BadRequest");
  EXPECT_EQ(outcome(call(command, "DecideApp", {{"app", "/usr/bin/git"}, {"account", "wrk"}, {"decision", "allow"}})),
            "NoSuchAccount");
  EXPECT_EQ(outcome(call(command, "DecideApp", {{"app", "/usr/bin/git"}, {"account", "*"}, {"decision", "allow"}})),
            "done");
  EXPECT_EQ(get_token(git), "token");
}

TEST_F(AppGateTest, AnAllowedAppIsAskedAboutAgainOnceTheTokenCoversMore) {
  EXPECT_EQ(decide(command, "/usr/bin/git", "allow", {{"scopes", {"read"}}}), "done");
  EXPECT_EQ(get_token(git), "token");
  EXPECT_EQ(get_token(git, {{"scopes", {"trade"}}}), "ConsentPending");
  // A refresh brings a token that covers more than it did when the app was asked about.
  world_.http.answer(200, R"({"access_token":"a2","token_type":"bearer","expires_in":3600,"scope":"read trade"})");
  EXPECT_EQ(decide(command, "unit:bot.service", "allow"), "done");
  EXPECT_EQ(get_token(bot, {{"stale_generation", 1}}), "token");
  EXPECT_EQ(get_token(bot), "token");
  EXPECT_EQ(get_token(git), "ConsentPending");
}

TEST_F(AppGateTest, AnAppThatRefreshesATokenItselfDoesNotGetMoreThanItIsAllowed) {
  EXPECT_EQ(decide(command, "/usr/bin/git", "allow", {{"scopes", {"read"}}}), "done");
  world_.http.answer(200, R"({"access_token":"a2","token_type":"bearer","expires_in":3600,"scope":"read trade"})");
  EXPECT_EQ(get_token(git, {{"stale_generation", 1}}), "ConsentPending");
  EXPECT_EQ(world_.http.sent(), 1U);
}

TEST_F(AppGateTest, ForADeniedAppTheStoreIsNotRead) {
  EXPECT_EQ(decide(command, "/usr/bin/git", "deny"), "done");
  int loads = 0;
  world_.store.before_loaded = [&loads]() -> task<> {
    ++loads;
    co_return;
  };
  for (const char* method : {"GetToken", "UserInfo"})
    EXPECT_EQ(outcome(call(git, method, {{"account", "work"}})), "AccessDenied") << method;
  EXPECT_EQ(loads, 0);
  world_.store.records.clear();
  EXPECT_EQ(get_token(git), "AccessDenied") << "it is not told whether there is a grant";
}

TEST_F(AppGateTest, AnotherUnknownAppsAnswersWhatWaits) {
  const auto allowed = wait_for_token(git);
  gate_->set_unknown(unknown_apps::allow);
  settle();
  EXPECT_EQ(outcome(allowed), "token");
  gate_->set_unknown(unknown_apps::ask);
  const auto denied = wait_for_token(bot);
  gate_->set_unknown(unknown_apps::deny);
  settle();
  EXPECT_EQ(outcome(denied), "AccessDenied");
}

TEST_F(AppGateTest, UnknownAppsIsForThoseThatNoRuleKnows) {
  start(unknown_apps::deny);
  EXPECT_EQ(get_token(git), "AccessDenied");
  EXPECT_EQ(decide(command, "/usr/bin/git", "allow"), "done");
  EXPECT_EQ(get_token(git), "token");
  EXPECT_EQ(get_token(nobody), "AccessDenied");
  gate_->set_unknown(unknown_apps::allow);
  EXPECT_EQ(get_token(bot), "token");
  EXPECT_EQ(apps()["unknown_apps"], "allow");
  EXPECT_TRUE(world_.desktop.questions.empty());
}

TEST_F(AppGateTest, AChangeByHandCountsAtOnceAndAnswersQuestions) {
  const auto waiting = call(git, "GetToken", {{"account", "work"}, {"wait_for_consent", 60}});
  write_policy(allow_git);
  EXPECT_EQ(outcome(waiting), "token");
  write_policy("");
  EXPECT_EQ(get_token(git), "ConsentPending");
}

TEST_F(AppGateTest, AFileThatIsWrongAllowsNothingAndIsNeverOverwritten) {
  start(unknown_apps::allow);
  write_policy(allow_git);
  EXPECT_EQ(get_token(git), "token");
  const std::string wrong = std::string(allow_git) + "[[rule]]\napp = 7\n";
  write_policy(wrong);
  EXPECT_EQ(get_token(git), "ConsentPending");
  EXPECT_EQ(get_token(bot), "ConsentPending");
  const auto refused =
      call(command, "DecideApp", {{"app", "/usr/bin/git"}, {"account", "work"}, {"decision", "allow"}});
  EXPECT_EQ(outcome(refused), "BadRequest");
  EXPECT_THAT(refused->answer->parameters["message"].get<std::string>(),
              HasSubstr("policy.toml:6:7: rule.app: must be"));
  const json status = call(git, "Status", json::object())->answer->parameters;
  EXPECT_THAT(status["warnings"][0].get<std::string>(), HasSubstr("policy.toml:6:7"));
  person_says(consent_decision::allow);  // Counts for the connection that asked.
  EXPECT_EQ(get_token(git), "token");
  EXPECT_EQ(policy_text(), wrong);
  write_policy(allow_git);
  EXPECT_EQ(decide(command, "unit:bot.service", "allow"), "done");
}

TEST_F(AppGateTest, WhatWouldNotBeReadAgainIsNotWritten) {
  const json scopes = json::array({std::string(300'000, 'x')});
  for (const char* app : {"/usr/bin/a", "/usr/bin/b", "/usr/bin/c"})
    EXPECT_EQ(decide(command, app, "allow", {{"scopes", scopes}}), "done");
  const std::string before = policy_text();
  EXPECT_EQ(decide(command, "/usr/bin/d", "allow", {{"scopes", scopes}}), "BadRequest");
  EXPECT_EQ(policy_text(), before);
  EXPECT_EQ(decide(command, "/usr/bin/git", "allow"), "done");
  EXPECT_EQ(get_token(git), "token");
}

TEST_F(AppGateTest, ADenialGoesBeforeAnAnswerForOneConnection) {
  write_policy("wrong");
  EXPECT_EQ(get_token(git), "ConsentPending");
  person_says(consent_decision::allow);
  EXPECT_EQ(get_token(git), "token");
  write_policy("[[rule]]\napp = \"/usr/bin/git\"\naccount = \"work\"\ndecision = \"deny\"\n");
  EXPECT_EQ(get_token(git), "AccessDenied");
}

TEST_F(AppGateTest, AFileThatOthersCanChangeCountsForNothing) {
  write_policy(allow_git);
  EXPECT_EQ(get_token(git), "token");
  std::filesystem::permissions(policy_file(), std::filesystem::perms(0666));
  gate_->reload();
  EXPECT_EQ(get_token(git), "ConsentPending");
  EXPECT_THAT(gate_->policy().trouble(), HasSubstr("run chmod 600 "));
}

TEST_F(AppGateTest, WhatIsWrittenIsOursAloneAndKeepsWhatWasThere) {
  write_policy(allow_git);
  EXPECT_EQ(decide(command, "unit:bot.service", "deny"), "done");
  EXPECT_THAT(policy_text(), HasSubstr("/usr/bin/git"));
  EXPECT_EQ(std::filesystem::status(policy_file()).permissions(), std::filesystem::perms(0600));
}

TEST_F(AppGateTest, EveryMethodThatUsesTheGrantPassesTheGate) {
  const std::map<std::string, json> calls{
      {"GetToken", json::object()},
      {"SignDpop", {{"method", "GET"}, {"url", "https://api.example/"}}},
      {"UserInfo", json::object()},
      {"ListFastApiKeys", json::object()},
      {"CreateFastApiKey", {{"key", {{"name", "k"}}}, {"reveal", false}}},
      {"UpdateFastApiKey", {{"key", {{"name", "k"}}}}},
      {"DeleteFastApiKey", {{"name", "k"}}},
      {"CallExchange", {{"key", "k"}, {"method", "Balance"}}},
  };
  for (auto [method, parameters] : calls) {
    parameters["account"] = "work";
    EXPECT_EQ(outcome(call(git, method, parameters)), "ConsentPending") << method;
  }
  EXPECT_EQ(world_.desktop.questions.size(), 1U);
  person_says(consent_decision::deny);
  for (auto [method, parameters] : calls) {
    parameters["account"] = "work";
    EXPECT_EQ(outcome(call(git, method, parameters)), "AccessDenied") << method;
  }
  EXPECT_TRUE(world_.http.requests.empty());
  for (const char* method : {"Accounts", "Status", "Providers", "Apps", "AuditLog"})
    EXPECT_EQ(outcome(call(git, method, json::object())), "done") << method;
}

TEST_F(AppGateTest, WhoLogsInIsAllowedUnlessARuleSaysNo) {
  logged_in(git);
  EXPECT_EQ(get_token(git), "token");
  EXPECT_EQ(decide(command, "unit:bot.service", "deny"), "done");
  logged_in(bot);
  EXPECT_EQ(get_token(bot), "AccessDenied");
  logged_in(nobody);
  EXPECT_EQ(get_token(nobody), "ConsentPending");
}

TEST_F(AppGateTest, ALoginIsRememberedWhateverUnknownAppsSays) {
  for (const auto unknown : {unknown_apps::allow, unknown_apps::deny}) {
    write_policy("");
    start(unknown);
    logged_in(git);
    gate_->set_unknown(unknown_apps::ask);
    EXPECT_EQ(get_token(git), "token");
  }
  EXPECT_EQ(told("/usr/bin/git", "allowed"), 2);
}

TEST_F(AppGateTest, ALoginWidensARuleThatIsTooNarrowAndSettlesItsQuestion) {
  EXPECT_EQ(decide(command, "/usr/bin/git", "allow", {{"scopes", {"other"}}}), "done");
  const auto waiting = wait_for_token(git);
  EXPECT_EQ(outcome(waiting), "waits");
  logged_in(git);
  EXPECT_EQ(outcome(waiting), "token");
}

TEST_F(AppGateTest, AnAccountThatIsRemovedTakesWhatWasAllowedWithIt) {
  EXPECT_EQ(decide(command, "/usr/bin/git", "allow"), "done");
  EXPECT_EQ(outcome(call(bot, "RemoveAccount", {{"account", "work"}})), "done");
  EXPECT_TRUE(apps()["rules"].empty());
  EXPECT_EQ(told("unit:bot.service", "given"), 1);
  EXPECT_EQ(told("/usr/bin/git", "forgotten"), 1);
}

TEST_F(AppGateTest, AnAnswerForOneConnectionEndsWithTheAccountAndNotWithAnother) {
  given_account("home");
  EXPECT_EQ(get_token(nobody), "ConsentPending");
  EXPECT_EQ(outcome(call(nobody, "GetToken", {{"account", "home"}})), "ConsentPending");
  person_says(consent_decision::allow, 0);
  person_says(consent_decision::allow, 1);
  EXPECT_EQ(get_token(nobody), "token");
  EXPECT_EQ(outcome(call(bot, "RemoveAccount", {{"account", "work"}})), "done");
  given_account("work");
  EXPECT_EQ(get_token(nobody), "ConsentPending");
  EXPECT_EQ(outcome(call(nobody, "GetToken", {{"account", "home"}})), "token");
}

TEST_F(AppGateTest, AppsTellsEachRuleAndEachQuestion) {
  const std::int64_t now = world_.clock.now().wall.time_since_epoch().count();
  EXPECT_EQ(decide(command, "/usr/bin/git", "allow", {{"scopes", {"read"}}, {"valid_for", 60}}), "done");
  EXPECT_EQ(get_token(bot), "ConsentPending");
  const json rule = apps()["rules"][0];
  EXPECT_EQ(rule["scopes"], json::array({"read"}));
  EXPECT_EQ(rule["until"], now + 60);
  const json question = apps()["pending"][0];
  EXPECT_EQ(question["scopes"], json::array({"read"}));
  EXPECT_EQ(question["since"], now);
  EXPECT_EQ(question["expires_at"], now + limits::consent_question.count());
}

TEST_F(AppGateTest, TheCommandInAMessageIsOneThatAShellTakesAsItIs) {
  connect(5, "/opt/Jane's $(reboot)");
  const auto asked = call(5, "GetToken", {{"account", "work"}});
  EXPECT_THAT(asked->answer->parameters["message"].get<std::string>(),
              HasSubstr("run latchkey apps allow '/opt/Jane'\\''s $(reboot)' work"));
}

}  // namespace
}  // namespace latchkey
