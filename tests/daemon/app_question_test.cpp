// What the person is asked, and what their answer does.
#include <gmock/gmock.h>

#include "tests/daemon/app_gate_fixture.h"

namespace latchkey {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST_F(AppGateTest, AnAppThatNobodyKnowsIsAskedAboutOnceAndGetsNothing) {
  const auto first = call(git, "GetToken", {{"account", "work"}});
  EXPECT_EQ(outcome(first), "ConsentPending");
  EXPECT_EQ(first->answer->parameters["app"], "/usr/bin/git");
  EXPECT_EQ(first->answer->parameters["account"], "work");
  EXPECT_THAT(first->answer->parameters["message"].get<std::string>(),
              HasSubstr("latchkey apps allow /usr/bin/git work"));
  const auto second = call(git, "GetToken", {{"account", "work"}});
  EXPECT_EQ(second->answer->parameters["id"], first->answer->parameters["id"]);
  ASSERT_EQ(world_.desktop.questions.size(), 1U);
  EXPECT_EQ(world_.desktop.questions[0].app, "/usr/bin/git");
  EXPECT_EQ(world_.desktop.questions[0].process, 101);
  EXPECT_THAT(world_.desktop.questions[0].scopes, ElementsAre("read"));
  EXPECT_EQ(apps()["pending"][0]["id"], first->answer->parameters["id"]);
  EXPECT_TRUE(world_.http.requests.empty());
}

TEST_F(AppGateTest, AnAllowIsRememberedAcrossARestart) {
  EXPECT_EQ(get_token(git), "ConsentPending");
  person_says(consent_decision::allow);
  EXPECT_EQ(get_token(git), "token");
  EXPECT_EQ(get_token(bot), "ConsentPending");
  EXPECT_THAT(policy_text(),
              HasSubstr("app = \"/usr/bin/git\"\naccount = \"work\"\ndecision = \"allow\"\nscopes = [\"read\"]\n"));
  start(unknown_apps::ask);
  EXPECT_EQ(get_token(git), "token");
}

TEST_F(AppGateTest, AnAllowForADayEnds) {
  EXPECT_EQ(get_token(git), "ConsentPending");
  person_says(consent_decision::allow_for_a_day);
  EXPECT_EQ(get_token(git), "token");
  pass(std::chrono::hours(24));
  EXPECT_EQ(get_token(git), "ConsentPending");
  EXPECT_TRUE(apps()["rules"].empty());
}

TEST_F(AppGateTest, ADenialIsRemembered) {
  EXPECT_EQ(get_token(git), "ConsentPending");
  person_says(consent_decision::deny);
  EXPECT_EQ(get_token(git), "AccessDenied");
  start(unknown_apps::allow);
  EXPECT_EQ(get_token(git), "AccessDenied");
  EXPECT_EQ(get_token(bot), "token");
}

TEST_F(AppGateTest, OfTwoAnswersTheFirstCounts) {
  EXPECT_EQ(get_token(git), "ConsentPending");
  world_.desktop.answers.at(0)(consent_decision::deny);
  world_.desktop.answers.at(0)(consent_decision::allow);
  settle();
  EXPECT_EQ(get_token(git), "AccessDenied");
  EXPECT_EQ(world_.desktop.withdrawn.size(), 1U);
  EXPECT_EQ(told("/usr/bin/git", "refused_by_person"), 1);
  EXPECT_EQ(told("/usr/bin/git", "unanswered"), 0);
}

TEST_F(AppGateTest, AnAnswerThatOutlivesTheDaemonIsNobodys) {
  EXPECT_EQ(get_token(git), "ConsentPending");
  start(unknown_apps::ask);
  person_says(consent_decision::allow);
  EXPECT_FALSE(std::filesystem::exists(policy_file()));
  EXPECT_EQ(get_token(git), "ConsentPending");
}

TEST_F(AppGateTest, AnAnswerThatAFileHoldsIsTakenBackWithTheFiles) {
  EXPECT_EQ(get_token(git), "ConsentPending");
  person_says(consent_decision::allow);
  EXPECT_EQ(get_token(git), "token");
  EXPECT_EQ(outcome(call(command, "ForgetApp", {{"app", "/usr/bin/git"}})), "done");
  EXPECT_EQ(get_token(git), "ConsentPending");
}

TEST_F(AppGateTest, AnAnswerForAConnectionThatHasEndedIsForNoOther) {
  write_policy("wrong");
  EXPECT_EQ(get_token(git), "ConsentPending");
  broker_->connection_closed(git);
  person_says(consent_decision::allow);
  connect(git, "/usr/bin/git");
  EXPECT_EQ(get_token(git), "ConsentPending");
}

TEST_F(AppGateTest, ACallThatWaitsIsDeniedWithTheCommandsDecision) {
  const auto waiting = wait_for_token(git);
  EXPECT_EQ(decide(command, "/usr/bin/git", "deny"), "done");
  settle();
  EXPECT_EQ(outcome(waiting), "AccessDenied");
}

TEST_F(AppGateTest, ACallThatWaitsGetsItsAnswerWithThePersons) {
  const auto waiting = call(git, "GetToken", {{"account", "work"}, {"wait_for_consent", 60}});
  EXPECT_EQ(outcome(waiting), "waits");
  person_says(consent_decision::allow);
  EXPECT_EQ(outcome(waiting), "token");
  const auto denied = call(bot, "GetToken", {{"account", "work"}, {"wait_for_consent", 60}});
  person_says(consent_decision::deny, 1);
  EXPECT_EQ(outcome(denied), "AccessDenied");
}

TEST_F(AppGateTest, ATokenThatRanOutWhileThePersonWasAskedIsNotHandedOut) {
  EXPECT_EQ(decide(command, "/usr/bin/git", "allow", {{"scopes", {"read"}}}), "done");
  const auto brings = [this](const std::string& token, int lifetime) {
    const json made{{"access_token", token},
                    {"token_type", "bearer"},
                    {"expires_in", lifetime},
                    {"refresh_token", "r"},
                    {"scope", "read trade"}};
    world_.http.answer(200, made.dump());
  };
  brings("brief", 30);
  const auto waiting = call(git, "GetToken", {{"account", "work"}, {"stale_generation", 1}, {"wait_for_consent", 300}});
  EXPECT_EQ(outcome(waiting), "waits");
  pass(seconds(31));
  brings("fresh", 3600);
  person_says(consent_decision::allow);
  ASSERT_EQ(outcome(waiting), "token");
  EXPECT_EQ(waiting->answer->parameters["access_token"], "fresh");
}

TEST_F(AppGateTest, WaitingEndsInTimeAndTheQuestionOutlivesIt) {
  const auto waiting = call(git, "GetToken", {{"account", "work"}, {"wait_for_consent", 60}});
  pass(seconds(60));
  EXPECT_EQ(outcome(waiting), "ConsentPending");
  broker_->connection_closed(git);
  EXPECT_EQ(apps()["pending"].size(), 1U);
  EXPECT_TRUE(world_.desktop.withdrawn.empty());
  person_says(consent_decision::allow);
  connect(git, "/usr/bin/git");
  EXPECT_EQ(get_token(git), "token");
}

TEST_F(AppGateTest, AQuestionThatNobodyAnswersEnds) {
  const auto waiting = call(git, "GetToken", {{"account", "work"}, {"wait_for_consent", 9999}});
  pass(limits::consent_question);
  EXPECT_EQ(outcome(waiting), "ConsentPending");
  EXPECT_TRUE(apps()["pending"].empty());
  EXPECT_EQ(world_.desktop.withdrawn.size(), 1U);
  EXPECT_EQ(told("/usr/bin/git", "unanswered"), 1);
  person_says(consent_decision::allow);  // Too late.
  EXPECT_EQ(get_token(git), "ConsentPending");
  EXPECT_EQ(world_.desktop.questions.size(), 2U);
}

TEST_F(AppGateTest, TheDaemonsEndEndsAWait) {
  const auto waiting = call(git, "GetToken", {{"account", "work"}, {"wait_for_consent", 60}});
  broker_->shut_down();
  settle();
  EXPECT_EQ(outcome(waiting), "ConsentPending");
  EXPECT_EQ(get_token(bot), "TemporarilyUnavailable");
}

TEST_F(AppGateTest, NoProgramFillsTheDesktopWithQuestions) {
  for (std::size_t i = 0; i < limits::consent_questions_of_app + 1; ++i) {
    const std::string name = "account" + std::to_string(i);
    given_account(name);
    const auto asked = call(git, "GetToken", {{"account", name}});
    EXPECT_EQ(outcome(asked), "ConsentPending");
    EXPECT_EQ(asked->answer->parameters.contains("id"), i < limits::consent_questions_of_app);
  }
  EXPECT_EQ(get_token(bot), "ConsentPending");
  EXPECT_EQ(world_.desktop.questions.size(), limits::consent_questions_of_app + 1);
  for (varlink::connection_number i = 100; i < 200; ++i) {
    connect(i, "/opt/app" + std::to_string(i));
    EXPECT_EQ(get_token(i), "ConsentPending");
  }
  EXPECT_EQ(world_.desktop.questions.size(), limits::consent_questions);
  connect(200, "/opt/app200");
  EXPECT_EQ(outcome(wait_for_token(200)), "ConsentPending") << "it waits for a question that was not put";
}

TEST_F(AppGateTest, WhatCannotBeToldFromOthersIsAllowedForItsConnectionAlone) {
  start(unknown_apps::allow);
  EXPECT_EQ(get_token(git), "token");
  EXPECT_EQ(get_token(nobody), "ConsentPending");
  person_says(consent_decision::allow);
  EXPECT_EQ(get_token(nobody), "token");
  EXPECT_FALSE(std::filesystem::exists(policy_file()));
  connect(5, std::string(unknown_app));
  EXPECT_EQ(get_token(5), "ConsentPending");
  broker_->connection_closed(5);
  EXPECT_TRUE(apps()["pending"].empty());
  broker_->connection_closed(nobody);
  connect(nobody, std::string(unknown_app));
  EXPECT_EQ(get_token(nobody), "ConsentPending");
  EXPECT_EQ(decide(command, "unknown", "allow"), "BadRequest");
}

TEST_F(AppGateTest, ThoseThatCannotBeToldFromOthersAreAskedAboutOneByOne) {
  connect(5, std::string(unknown_app));
  EXPECT_EQ(get_token(nobody), "ConsentPending");
  EXPECT_EQ(get_token(5), "ConsentPending");
  ASSERT_EQ(world_.desktop.questions.size(), 2U);
  broker_->connection_closed(5);
  ASSERT_EQ(apps()["pending"].size(), 1U);
  EXPECT_EQ(apps()["pending"][0]["process"], 104);
  connect(6, std::string(unknown_app));
  EXPECT_EQ(get_token(6), "ConsentPending");
  person_says(consent_decision::allow, 0);
  EXPECT_EQ(get_token(nobody), "token");
  EXPECT_EQ(get_token(6), "ConsentPending");
}

TEST_F(AppGateTest, AnAccountWithoutAGrantSaysSoInsteadOfAsking) {
  world_.store.records.clear();
  EXPECT_EQ(get_token(git), "LoginRequired");
  EXPECT_TRUE(world_.desktop.questions.empty());
  EXPECT_EQ(outcome(call(git, "UserInfo", {{"account", "work"}})), "ConsentPending");
  EXPECT_THAT(world_.desktop.questions.at(0).scopes, ElementsAre("read")) << "what the account asks for";
}

}  // namespace
}  // namespace latchkey
