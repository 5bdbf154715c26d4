#include "core/policy.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

#include "core/account_config.h"
#include "core/app_identity.h"
#include "core/limits.h"
#include "core/toml_quote.h"
#include "core/toml_reader.h"

namespace latchkey {
namespace {

constexpr std::array decisions{std::pair{std::string_view("allow"), app_decision::allow},
                               std::pair{std::string_view("deny"), app_decision::deny}};

// What four digits of a year can tell in the file (RFC 3339 §5.6), in UTC.
constexpr wall_time first_moment = std::chrono::sys_days{std::chrono::year(0) / 1 / 1};
constexpr wall_time end_of_moments = std::chrono::sys_days{std::chrono::year(10000) / 1 / 1};

bool holds(const app_rule& rule, wall_time now) {
  return !rule.until || *rule.until > now;
}

bool covers(const app_rule& rule, const grant_use& use) {
  if (!rule.scopes) return true;
  const auto among = [&](const std::string& scope) {
    return std::ranges::find(*rule.scopes, scope) != rule.scopes->end();
  };
  return std::ranges::all_of(use.covered, among) && std::ranges::all_of(use.asked, among);
}

std::optional<app_verdict> judge_rank(std::span<const app_rule> rules, std::string_view account, const grant_use& use,
                                      wall_time now) {
  std::optional<app_verdict> verdict;
  for (const app_rule& rule : rules) {
    if (rule.account != account || !holds(rule, now)) continue;
    if (rule.decision == app_decision::deny) return app_verdict::deny;
    if (covers(rule, use))
      verdict = app_verdict::allow;
    else if (!verdict)
      verdict = app_verdict::ask;
  }
  return verdict;
}

// The sentence of check_rule() without its member's name, which the reader puts there itself.
std::string after_name(const fault& why) {
  return why.message.substr(why.message.find(": ") + 2);
}
std::string name_in(const fault& why) {
  return why.message.substr(0, why.message.find(':'));
}

struct read_rule {
  toml_reader* reader;
  app_rule rule;
  bool decided;
};

read_rule read(toml_reader& reader) {
  app_rule rule;
  rule.app = reader.string("app").value_or("");
  rule.account = reader.string("account").value_or("");
  const auto decision = reader.choice("decision", decisions);
  rule.decision = decision.value_or(app_decision::deny);
  rule.scopes = reader.strings("scopes");
  rule.until = reader.date_time("until");
  return {&reader, std::move(rule), decision.has_value()};
}

// Once every key is known and has the right type, so what is empty here was left out.
void check_complete(const read_rule& found) {
  toml_reader& reader = *found.reader;
  const app_rule& rule = found.rule;
  if (rule.app.empty()) reader.reject("app", "is missing: a path, unit:NAME.service or flatpak:ID");
  if (rule.account.empty()) reader.reject("account", "is missing: an account, or \"*\" for every one");
  if (!found.decided) reader.reject("decision", "is missing: \"allow\" or \"deny\"");
  if (const auto checked = check_rule(rule); !checked)
    reader.reject(name_in(checked.error()), after_name(checked.error()));
}

// RFC 3339, UTC.
std::string moment(wall_time when) {
  const auto day = std::chrono::floor<std::chrono::days>(when);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(when - day);
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02dZ", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                static_cast<int>(time.seconds().count()));
  return text.data();
}

}  // namespace

std::string_view to_string(unknown_apps answer) {
  if (answer == unknown_apps::ask) return "ask";
  return answer == unknown_apps::allow ? "allow" : "deny";
}

std::string_view to_string(app_decision decision) {
  return decision == app_decision::allow ? "allow" : "deny";
}

result<> check_app_name(std::string_view app) {
  constexpr std::string_view unit = "unit:";
  constexpr std::string_view flatpak = "flatpak:";
  if (app.size() > limits::app_name) return fault(errc::bad_request, "must have at most 1024 bytes");
  if (printable(app, app.size()) != app) return fault(errc::bad_request, "holds a control character or is not UTF-8");
  const bool is_unit = app.starts_with(unit) && app.ends_with(".service") && app.find('/') == std::string_view::npos;
  const bool is_flatpak = app.starts_with(flatpak) && app.size() > flatpak.size();
  if (is_unit || is_flatpak || app.starts_with('/')) return {};
  if (app == unknown_app)
    return fault(errc::bad_request, "\"unknown\" is no app: what cannot be told from others cannot be remembered");
  return fault(errc::bad_request, "must be an absolute path, unit:NAME.service or flatpak:ID");
}

result<> check_rule(const app_rule& rule) {
  if (const auto checked = check_app_name(rule.app); !checked)
    return fault(errc::bad_request, "app: " + checked.error().message);
  if (rule.account != every_account)
    if (const auto checked = check_account_name(rule.account); !checked)
      return fault(errc::bad_request, "account: " + checked.error().message);
  if (rule.scopes && rule.decision == app_decision::deny)
    return fault(errc::bad_request, "scopes: go with decision = \"allow\"; who is denied gets none of them");
  if (rule.until && (*rule.until < first_moment || *rule.until >= end_of_moments))
    return fault(errc::bad_request, "until: must be in the years 0000 to 9999, in UTC");
  return {};
}

result<std::vector<app_rule>> parse_policy(std::string_view toml, std::string file_name) {
  const std::string file = printable(file_name, file_name.size() * 4);
  result<toml_reader> opened = toml_reader::parse(toml, std::move(file_name));
  if (!opened) return opened.error();
  std::vector<toml_reader> tables = opened->tables("rule");
  std::vector<read_rule> found;
  found.reserve(tables.size());
  for (toml_reader& each : tables) found.push_back(read(each));
  if (const auto known = opened->finish(); !known) return known.error();
  std::ranges::for_each(found, check_complete);
  if (const auto complete = opened->finish(); !complete) return complete.error();
  std::vector<app_rule> rules;
  rules.reserve(found.size());
  for (read_rule& each : found) rules.push_back(std::move(each.rule));
  if (rules.size() > limits::policy_rules)
    return fault(errc::bad_request, file + ":1:1: rule: there are more than 2000 of them");
  return rules;
}

std::string format_policy(std::span<const app_rule> rules) {
  std::string text =
      "# Which app may use which account (latchkey apps). latchkeyd writes this file anew when something is decided:\n"
      "# rules that you write stay, comments do not.\n";
  for (const app_rule& rule : rules) {
    text += "\n[[rule]]\napp = " + toml_quote(rule.app) + "\naccount = " + toml_quote(rule.account) +
            "\ndecision = " + toml_quote(to_string(rule.decision)) + "\n";
    if (rule.scopes) {
      text += "scopes = [";
      for (const std::string& scope : *rule.scopes)
        text += (&scope == &rule.scopes->front() ? "" : ", ") + toml_quote(scope);
      text += "]\n";
    }
    if (rule.until) text += "until = " + moment(*rule.until) + "\n";
  }
  return text;
}

std::optional<app_verdict> judge(std::span<const app_rule> rules_of_app, const grant_use& use, wall_time now) {
  if (const auto verdict = judge_rank(rules_of_app, use.account, use, now)) return verdict;
  return judge_rank(rules_of_app, every_account, use, now);
}

app_policy::app_policy(std::vector<app_rule> rules) {
  for (app_rule& rule : rules) {
    std::string app = rule.app;
    rules_[std::move(app)].push_back(std::move(rule));
  }
}

std::span<const app_rule> app_policy::of(std::string_view app) const {
  const auto found = rules_.find(app);
  if (found == rules_.end()) return {};
  return found->second;
}

void app_policy::set(app_rule rule) {
  forget(rule.app, rule.account);
  std::string app = rule.app;
  rules_[std::move(app)].push_back(std::move(rule));
}

std::size_t app_policy::forget(std::string_view app, const std::optional<std::string>& account) {
  const auto found = rules_.find(app);
  if (found == rules_.end()) return 0;
  const std::size_t gone =
      std::erase_if(found->second, [&](const app_rule& rule) { return !account || rule.account == *account; });
  if (found->second.empty()) rules_.erase(found);
  return gone;
}

std::vector<app_rule> app_policy::forget_allowed(std::string_view account) {
  std::vector<app_rule> gone;
  for (auto& [app, rules] : rules_)
    std::erase_if(rules, [&](const app_rule& rule) {
      if (rule.account != account || rule.decision != app_decision::allow) return false;
      gone.push_back(rule);
      return true;
    });
  std::erase_if(rules_, [](const auto& each) { return each.second.empty(); });
  return gone;
}

std::vector<app_rule> app_policy::rules(wall_time now) const {
  std::vector<app_rule> all;
  for (const auto& [app, rules] : rules_)
    std::ranges::copy_if(rules, std::back_inserter(all), [&](const app_rule& rule) { return holds(rule, now); });
  return all;
}

std::size_t app_policy::size() const {
  std::size_t count = 0;
  for (const auto& [app, rules] : rules_) count += rules.size();
  return count;
}

}  // namespace latchkey
