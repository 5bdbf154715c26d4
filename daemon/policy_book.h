// policy.toml and [policy] unknown_apps: what was decided. Reads the file at the start and when it changes, writes it
// when something is decided. Used by app_gate.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/policy.h"

namespace latchkey {

class policy_book {
 public:
  policy_book(std::filesystem::path file, unknown_apps unknown);

  /// The file may have changed. One that is wrong is told of in the log, and holds no rule until it is mended.
  void reload();
  void set_unknown(unknown_apps unknown) { unknown_ = unknown; }
  [[nodiscard]] unknown_apps unknown() const noexcept { return unknown_; }

  struct judgement {
    app_verdict verdict = app_verdict::ask;
    bool by_rule = false;
  };
  /// While the file is wrong nobody is allowed anything without being asked about: it may say no.
  [[nodiscard]] judgement judge(std::string_view app, const grant_use& use, wall_time now) const;
  [[nodiscard]] std::vector<app_rule> rules(wall_time now) const { return policy_.rules(now); }
  /// What is wrong with the file, in one sentence; empty: nothing.
  [[nodiscard]] const std::string& trouble() const noexcept { return trouble_; }

  // Each reads the file again first, and leaves out rules that have ended. Errors: bad_request where the file is wrong:
  // then it stays as it is; internal.
  /// In place of the rules of that app and account.
  result<> decide(app_rule rule, wall_time now);
  /// How many rules went.
  result<std::size_t> forget(std::string_view app, const std::optional<std::string>& account, wall_time now);
  /// What was allowed for an account that is gone. The rules that went.
  result<std::vector<app_rule>> forget_allowed(std::string_view account, wall_time now);

 private:
  result<> read();
  result<> write(app_policy changed, wall_time now);

  std::filesystem::path file_;
  unknown_apps unknown_;
  app_policy policy_;
  std::string text_;
  std::string trouble_;
};

}  // namespace latchkey
