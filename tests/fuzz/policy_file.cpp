// policy.toml: what is accepted can be written and read again, and a rule more that denies never allows anything to
// anybody. What no rule names is nobody's to decide.
#include "core/policy.h"
#include "tests/fuzz/input.h"

namespace {

using namespace latchkey;

constexpr wall_time now{seconds(1'800'000'000)};
constexpr std::size_t most_looked_at = 16;  // Rules of one input: each is judged against all.

std::vector<app_rule> read(std::string_view text) {
  auto rules = parse_policy(text, "policy.toml");
  if (rules) return std::move(*rules);
  fuzz::require_said(rules.error());
  return {};
}

void require_same(const std::vector<app_rule>& left, const std::vector<app_rule>& right) {
  fuzz::require(std::ranges::equal(left, right, [](const app_rule& one, const app_rule& other) {
    return one.app == other.app && one.account == other.account && one.decision == other.decision &&
           one.scopes == other.scopes && one.until == other.until;
  }));
}

std::optional<app_verdict> verdict_of(const app_policy& policy, const app_rule& about, const std::string& account) {
  const scope_list covered = about.scopes.value_or(scope_list{"read"});
  return judge(policy.of(about.app), grant_use{account, covered, {}}, now);
}

// Wherever in the file it stands.
void require_denial_allows_nothing(const std::vector<app_rule>& rules, const app_rule& denied, std::size_t place) {
  auto more = rules;
  more.insert(more.begin() + static_cast<std::ptrdiff_t>(place),
              {denied.app, denied.account, app_decision::deny, std::nullopt, std::nullopt});
  const app_policy before(rules);
  const app_policy after(more);
  fuzz::require(verdict_of(after, denied, denied.account) == app_verdict::deny);
  for (const app_rule& each : rules)
    for (const std::string& account : {each.account, denied.account, std::string("another")}) {
      const bool was_allowed = verdict_of(before, each, account) == app_verdict::allow;
      fuzz::require(was_allowed || verdict_of(after, each, account) != app_verdict::allow);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::vector<app_rule> rules = read(fuzz::as_text(data, size));
  for (const app_rule& each : rules) fuzz::require(check_rule(each).has_value());
  const std::string written = format_policy(rules);
  require_same(read(written), rules);
  fuzz::require(format_policy(read(written)) == written);

  rules.resize(std::min(rules.size(), most_looked_at));
  auto reversed = rules;
  std::ranges::reverse(reversed);
  for (const app_rule& each : rules) {
    fuzz::require(verdict_of(app_policy(rules), each, each.account) ==
                  verdict_of(app_policy(reversed), each, each.account));
    require_denial_allows_nothing(rules, each, 0);
    require_denial_allows_nothing(rules, each, rules.size());
  }
  const app_policy policy(rules);
  for (const char* nobody : {"unknown", "", "*"}) fuzz::require(policy.of(nobody).empty());
  return 0;
}
