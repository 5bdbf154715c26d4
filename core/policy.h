// policy.toml as values: which app may use which account. Parses, writes and judges; knows no clock and no file. Used
// by the daemon's policy_book.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.h"
#include "core/scopes.h"
#include "core/types.h"

namespace latchkey {

/// What happens to an app that no rule knows: [policy] unknown_apps.
enum class unknown_apps { ask, allow, deny };
[[nodiscard]] std::string_view to_string(unknown_apps answer);

enum class app_decision { allow, deny };
[[nodiscard]] std::string_view to_string(app_decision decision);

inline constexpr std::string_view every_account = "*";

/// One [[rule]].
struct app_rule {
  std::string app;      ///< As app_identity names it.
  std::string account;  ///< Or every_account.
  app_decision decision = app_decision::deny;
  std::optional<scope_list> scopes;  ///< With allow: while the token covers no other ones. Absent: whatever it covers.
  std::optional<wall_time> until;    ///< Absent: until it is taken back.
};

/// An app that a rule can name: "flatpak:ID", "unit:NAME.service", an absolute path. Errors: bad_request, with a
/// sentence that goes on after its name.
[[nodiscard]] result<> check_app_name(std::string_view app);
/// Errors: bad_request, "MEMBER: what is wrong with it".
[[nodiscard]] result<> check_rule(const app_rule& rule);
/// Errors: bad_request with file, line, column, key, and the nearest known key or value.
[[nodiscard]] result<std::vector<app_rule>> parse_policy(std::string_view toml, std::string file_name);
/// What parse_policy() reads.
[[nodiscard]] std::string format_policy(std::span<const app_rule> rules);

enum class app_verdict { allow, deny, ask };

/// What an app wants. A token opens all that it covers, whatever was asked for: both lists count.
struct grant_use {
  std::string_view account;
  std::span<const std::string> covered;  ///< By the token that it would get.
  std::span<const std::string> asked;
};

/// What the rules of one app say. A rule that names the account goes before every_account; deny goes before allow; an
/// allow that is too narrow is `ask`. Nothing: no rule that holds at `now` is about it.
[[nodiscard]] std::optional<app_verdict> judge(std::span<const app_rule> rules_of_app, const grant_use& use,
                                               wall_time now);

/// All rules, by app.
class app_policy {
 public:
  app_policy() = default;
  explicit app_policy(std::vector<app_rule> rules);

  [[nodiscard]] std::span<const app_rule> of(std::string_view app) const;
  /// In place of those of the same app and account.
  void set(app_rule rule);
  /// How many rules went. No account: those of all.
  std::size_t forget(std::string_view app, const std::optional<std::string>& account);
  /// The account is gone: who was allowed it is not allowed another one of that name. The rules that went.
  std::vector<app_rule> forget_allowed(std::string_view account);
  /// Those that hold at `now`, by app.
  [[nodiscard]] std::vector<app_rule> rules(wall_time now) const;
  [[nodiscard]] std::size_t size() const;

 private:
  std::map<std::string, std::vector<app_rule>, std::less<>> rules_;
};

}  // namespace latchkey
