#include "core/policy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "core/limits.h"

namespace latchkey {
namespace {

using ::testing::HasSubstr;

constexpr wall_time now{seconds(1'800'000'000)};
constexpr std::string_view git = "/usr/bin/git";

std::vector<app_rule> rules_in(std::string_view toml) {
  const auto read = parse_policy(toml, "policy.toml");
  EXPECT_TRUE(read) << read.error().message;
  return read ? *read : std::vector<app_rule>();
}

std::string problem_in(std::string_view toml) {
  const auto read = parse_policy(toml, "policy.toml");
  return read ? std::string() : read.error().message;
}

std::string rule(std::string_view rest) {
  return "[[rule]]\napp = \"/usr/bin/git\"\n" + std::string(rest) + "\n";
}

struct judged {
  const char* rules;
  std::optional<app_verdict> verdict;
};

// For account "work", whose token covers "read" and "write".
std::optional<app_verdict> verdict_of(std::string_view toml) {
  const app_policy policy(rules_in(toml));
  const std::vector<std::string> covered{"read", "write"};
  return judge(policy.of(git), grant_use{"work", covered, {}}, now);
}

TEST(Policy, TheMostSpecificRuleWinsAndDenyGoesBeforeAllow) {
  const std::string allow = rule("account = \"work\"\ndecision = \"allow\"");
  const std::string deny = rule("account = \"work\"\ndecision = \"deny\"");
  const std::string allow_all = rule("account = \"*\"\ndecision = \"allow\"");
  const std::string deny_all = rule("account = \"*\"\ndecision = \"deny\"");
  EXPECT_EQ(verdict_of(""), std::nullopt);
  EXPECT_EQ(verdict_of(rule("account = \"home\"\ndecision = \"allow\"")), std::nullopt);
  EXPECT_EQ(verdict_of("[[rule]]\napp = \"/usr/bin/svn\"\naccount = \"*\"\ndecision = \"allow\""), std::nullopt);
  EXPECT_EQ(verdict_of(allow), app_verdict::allow);
  EXPECT_EQ(verdict_of(allow_all), app_verdict::allow);
  EXPECT_EQ(verdict_of(deny_all), app_verdict::deny);
  EXPECT_EQ(verdict_of(allow + deny), app_verdict::deny);
  EXPECT_EQ(verdict_of(deny + allow), app_verdict::deny);
  EXPECT_EQ(verdict_of(deny_all + allow), app_verdict::allow);
  EXPECT_EQ(verdict_of(allow_all + deny), app_verdict::deny);
}

TEST(Policy, AnAllowThatDoesNotCoverTheTokenAsks) {
  const auto with = [](const char* scopes) {
    return rule("account = \"work\"\ndecision = \"allow\"\nscopes = " + std::string(scopes));
  };
  EXPECT_EQ(verdict_of(with("[\"write\", \"read\", \"more\"]")), app_verdict::allow);
  EXPECT_EQ(verdict_of(with("[\"read\"]")), app_verdict::ask);
  EXPECT_EQ(verdict_of(with("[]")), app_verdict::ask);
  EXPECT_EQ(verdict_of(with("[\"read\"]") + with("[\"read\", \"write\"]")), app_verdict::allow);
  EXPECT_EQ(verdict_of(with("[\"read\"]") + rule("account = \"*\"\ndecision = \"allow\"")), app_verdict::ask);
  const app_policy policy(rules_in(with("[\"read\"]")));
  const std::vector<std::string> covered{"read"};
  const std::vector<std::string> asked{"write"};
  EXPECT_EQ(judge(policy.of(git), grant_use{"work", covered, {}}, now), app_verdict::allow);
  EXPECT_EQ(judge(policy.of(git), grant_use{"work", covered, asked}, now), app_verdict::ask);
}

TEST(Policy, ARuleThatRanOutIsAsNoRule) {
  const auto until = [](const char* when) {
    return rule("account = \"work\"\ndecision = \"allow\"\nuntil = " + std::string(when));
  };
  EXPECT_EQ(verdict_of(until("2027-01-15T08:00:01Z")), app_verdict::allow);  // now is 2027-01-15T08:00:00Z
  EXPECT_EQ(verdict_of(until("2027-01-15T08:00:00Z")), std::nullopt);
  EXPECT_EQ(verdict_of(until("2027-01-15T09:00:01+01:00")), app_verdict::allow);
  EXPECT_EQ(verdict_of(until("2027-01-15T09:00:00+01:00")), std::nullopt);
  EXPECT_TRUE(app_policy(rules_in(until("2020-01-01T00:00:00Z"))).rules(now).empty());
}

TEST(Policy, C1_NamesFileLineColumnAndKeyOfWhatIsWrong) {
  struct {
    std::string text;
    const char* says;
  } const table[] = {
      {"[[rules]]", "policy.toml:1:3: rules: unknown key \"rules\"; did you mean \"rule\"?"},
      {rule("account = \"work\"\ndecision = \"alow\""),
       "policy.toml:4:12: rule.decision: unknown value \"alow\"; did you mean"},
      {rule("acount = \"work\"\ndecision = \"allow\""),
       "policy.toml:3:1: rule.acount: unknown key \"acount\"; did you mean \"account\"?"},
      {"[[rule]]\napp = \"/usr/bin/git\"\ndecision = \"allow\"", "policy.toml:1:1: rule.account: is missing"},
      {rule("account = \"\"\ndecision = \"deny\""), "policy.toml:3:11: rule.account: is missing"},
      {rule("account = \"*\"\ndecision = \"deny\"") + "[[rule]]\nap = \"/usr/bin/svn\"",
       "policy.toml:6:1: rule.ap: unknown key \"ap\"; did you mean \"app\"?"},
      {"[[rule]]\ndecison = \"deny\"\nuntill = 2027-01-01T00:00:00Z",
       "policy.toml:2:1: rule.decison: unknown key \"decison\"; did you mean \"decision\"?"},
      {"unknown_apps = \"deny\"\n" + rule("account = \"work\"\ndecision = \"deny\""),
       "policy.toml:1:1: unknown_apps: unknown key \"unknown_apps\""},
      {rule("account = \"work\"\ndecision = \"allow\"\nuntil = 9999-12-31T23:59:59-00:01"),
       "policy.toml:5:9: rule.until: must be in the years 0000 to 9999"},
      {rule("account = \"work\"\ndecision = \"allow\"\nuntil = 0000-01-01T00:00:00+00:01"),
       "policy.toml:5:9: rule.until: must be in the years 0000 to 9999"},
      {"rule = \"deny\"", "policy.toml:1:8: rule: must be an array of tables, not a string"},
      {"rule = [\"deny\"]", "policy.toml:1:9: rule: must be an array of tables, not a string"},
      {"[rule]\napp = \"/usr/bin/git\"", "policy.toml:1:1: rule: must be an array of tables, not a table"},
      {rule("account = \"work\"\ndecision = true"), "rule.decision: must be a string, not true or false"},
      {rule("account = \"work\"\ndecision = \"allow\"\nscopes = \"read\""),
       "rule.scopes: must be an array of strings, not a string"},
      {rule("account = \"work\"\naccount = \"home\"\ndecision = \"deny\""), "policy.toml:4:"},
      {rule("account = \"work\""), "rule.decision: is missing"},
      {"[[rule]]\naccount = \"work\"\ndecision = \"allow\"", "rule.app: is missing"},
      {rule("account = 7\ndecision = \"allow\""), "policy.toml:3:11: rule.account: must be a string, not an integer"},
      {rule("account = \"../x\"\ndecision = \"allow\""), "policy.toml:3:11: rule.account: "},
      {rule("account = \"work\"\ndecision = \"deny\"\nscopes = [\"a\"]"), "policy.toml:5:10: rule.scopes: go with"},
      {rule("account = \"work\"\ndecision = \"allow\"\nuntil = 2027-01-01"),
       "policy.toml:5:9: rule.until: must be a date with a time and its offset"},
      {rule("account = \"work\"\ndecision = \"allow\"\nuntil = 2027-01-01T00:00:00"),
       "rule.until: must be a date with a time and its offset"},
      {rule("account = \"work\"\ndecision = \"allow\"\ncolour = 1"), "policy.toml:5:1: rule.colour: unknown key"},
      {"[[rule]]\napp = \"git\"\naccount = \"*\"\ndecision = \"allow\"",
       "policy.toml:2:7: rule.app: must be an absolute path"},
      {"[[rule]]\napp = \"unknown\"\naccount = \"*\"\ndecision = \"allow\"", "cannot be remembered"},
      {"[[rule", "policy.toml:1:"},
  };
  for (const auto& row : table) EXPECT_THAT(problem_in(row.text), HasSubstr(row.says)) << row.text;
}

TEST(Policy, NothingIsNoRule) {
  for (const char* text : {"", "\n", "# none yet\n", "rule = []"}) EXPECT_TRUE(rules_in(text).empty()) << text;
}

TEST(Policy, TheSameRuleTwiceIsOneThatIsForgottenOnce) {
  const std::string twice = rule("account = \"work\"\ndecision = \"allow\"");
  EXPECT_EQ(verdict_of(twice + twice), app_verdict::allow);
  app_policy policy(rules_in(twice + twice));
  EXPECT_EQ(policy.forget(git, "work"), 2U);
  EXPECT_TRUE(policy.of(git).empty());
}

TEST(Policy, C3_AnAppThatHidesWhatItIsIsRefused) {
  for (const char* app : {"", "git", "unit:", "unit:bot.timer", "unit:a/b.service", "flatpak:", "/usr/bin/\x1B[2Jgit",
                          "/usr/bin/\xE2\x80\xAEtig", "/usr/bin/\xFF", "unknown", "*"})
    EXPECT_TRUE(check_app_name(app).has_error()) << app;
  EXPECT_TRUE(check_app_name("/" + std::string(limits::app_name, 'a')).has_error());
  EXPECT_TRUE(check_app_name("/" + std::string(limits::app_name - 1, 'a')));
  for (const char* app :
       {"/usr/bin/git", "/opt/My App/x", "unit:bot.service", "unit:bot@1.service", "flatpak:org.example.App"})
    EXPECT_TRUE(check_app_name(app)) << app;
}

TEST(Policy, WhatIsWrittenIsReadAgain) {
  std::vector<app_rule> rules;
  rules.push_back({"/opt/My \"App\"", "work", app_decision::allow, scope_list{"read", "a\\b"}, now + seconds(3723)});
  rules.push_back({"unit:bot.service", "*", app_decision::deny, std::nullopt, std::nullopt});
  rules.push_back({"flatpak:org.example.App", "home", app_decision::allow, scope_list{}, std::nullopt});
  rules.push_back({"/usr/bin/early", "home", app_decision::allow, std::nullopt, wall_time{seconds(-62167219200)}});
  rules.push_back({"/usr/bin/late", "home", app_decision::allow, std::nullopt, wall_time{seconds(253402300799)}});
  const auto read = rules_in(format_policy(rules));
  ASSERT_EQ(read.size(), 5U);
  for (std::size_t i = 0; i < read.size(); ++i) {
    EXPECT_EQ(read[i].app, rules[i].app);
    EXPECT_EQ(read[i].account, rules[i].account);
    EXPECT_EQ(read[i].decision, rules[i].decision);
    EXPECT_EQ(read[i].scopes, rules[i].scopes);
    EXPECT_EQ(read[i].until, rules[i].until);
  }
}

TEST(Policy, AFileIsReadUpToSoManyRules) {
  std::string text;
  for (std::size_t i = 0; i < limits::policy_rules; ++i)
    text += "[[rule]]\napp = \"/opt/" + std::to_string(i) + "\"\naccount = \"*\"\ndecision = \"deny\"\n";
  EXPECT_EQ(rules_in(text).size(), limits::policy_rules);
  const auto read = parse_policy(text + rule("account = \"*\"\ndecision = \"allow\""), "policy\x1B[2J.toml");
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, errc::bad_request);
  EXPECT_EQ(read.error().message, "policy\\x1B[2J.toml:1:1: rule: there are more than 2000 of them");
}

TEST(Policy, ItsWordsAreThoseOfTheFile) {
  EXPECT_EQ(to_string(unknown_apps::ask), "ask");
  EXPECT_EQ(to_string(unknown_apps::allow), "allow");
  EXPECT_EQ(to_string(unknown_apps::deny), "deny");
}

TEST(Policy, ADecisionReplacesTheOneBeforeAndCanBeTakenBack) {
  app_policy policy;
  policy.set({std::string(git), "work", app_decision::deny, std::nullopt, std::nullopt});
  policy.set({std::string(git), "*", app_decision::allow, std::nullopt, std::nullopt});
  policy.set({std::string(git), "work", app_decision::allow, std::nullopt, std::nullopt});
  EXPECT_EQ(policy.size(), 2U);
  EXPECT_EQ(judge(policy.of(git), grant_use{"work", {}, {}}, now), app_verdict::allow);
  EXPECT_EQ(policy.forget(git, "home"), 0U);
  EXPECT_EQ(policy.forget(git, "work"), 1U);
  EXPECT_EQ(policy.forget(git, std::nullopt), 1U);
  EXPECT_EQ(policy.size(), 0U);
}

TEST(Policy, AnAccountThatIsGoneTakesWhatWasAllowedWithItNotWhatWasDenied) {
  app_policy policy;
  policy.set({std::string(git), "work", app_decision::allow, std::nullopt, std::nullopt});
  policy.set({std::string(git), "*", app_decision::allow, std::nullopt, std::nullopt});
  policy.set({"/usr/bin/evil", "work", app_decision::deny, std::nullopt, std::nullopt});
  EXPECT_EQ(policy.forget_allowed("work").size(), 1U);
  EXPECT_EQ(policy.size(), 2U);
  EXPECT_EQ(judge(policy.of("/usr/bin/evil"), grant_use{"work", {}, {}}, now), app_verdict::deny);
}

}  // namespace
}  // namespace latchkey
