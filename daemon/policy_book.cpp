#include "daemon/policy_book.h"

#include <sys/stat.h>
#include <unistd.h>

#include "core/app_identity.h"
#include "core/limits.h"
#include "daemon/log.h"
#include "os/files.h"

namespace latchkey {
namespace {

constexpr unsigned policy_file_mode = 0600;
constexpr unsigned writable_by_others = 022;

// Who can write it can allow themselves everything.
result<> check_owner(const std::filesystem::path& file) {
  struct stat about {};
  if (::stat(file.c_str(), &about) != 0) return {};
  const std::string name = printable(file.native());
  if (about.st_uid != ::geteuid() && about.st_uid != 0)
    return fault(errc::bad_request, name + " belongs to another user: nothing in it counts; remove it, or chown it");
  if ((about.st_mode & writable_by_others) != 0)
    return fault(errc::bad_request,
                 name + " can be changed by other users: nothing in it counts; run chmod 600 " + name);
  return {};
}

}  // namespace

policy_book::policy_book(std::filesystem::path file, unknown_apps unknown) : file_(std::move(file)), unknown_(unknown) {
  reload();
}

void policy_book::reload() {
  const std::string before = trouble_;
  const auto read_again = read();
  trouble_ = read_again ? std::string() : read_again.error().message;
  if (trouble_ == before) return;
  if (trouble_.empty())
    log::info("policy.toml is right again", {{}, "policy"});
  else
    log::error(trouble_ + " (no app is allowed anything by that file until it is mended)", {{}, "policy"});
}

result<> policy_book::read() {
  const auto fail = [this](fault why) -> result<> {
    policy_ = app_policy();
    text_.clear();
    return why;
  };
  if (auto checked = check_owner(file_); !checked) return fail(checked.error());
  const auto found = read_file(file_, limits::config_file);
  if (!found) return fail(found.error());
  const std::string_view text = *found ? (*found)->reveal() : std::string_view();
  if (text == text_ && trouble_.empty()) return {};
  auto rules = parse_policy(text, file_.string());
  if (!rules) return fail(rules.error());
  policy_ = app_policy(std::move(*rules));
  text_ = text;
  return {};
}

policy_book::judgement policy_book::judge(std::string_view app, const grant_use& use, wall_time now) const {
  if (const auto verdict = latchkey::judge(policy_.of(app), use, now)) return {*verdict, true};
  if (unknown_ == unknown_apps::deny) return {app_verdict::deny, false};
  const bool may_pass = unknown_ == unknown_apps::allow && trouble_.empty() && app != unknown_app;
  return {may_pass ? app_verdict::allow : app_verdict::ask, false};
}

result<> policy_book::decide(app_rule rule, wall_time now) {
  if (auto checked = check_rule(rule); !checked) return checked.error();
  reload();
  app_policy changed = policy_;
  changed.set(std::move(rule));
  if (changed.size() > limits::policy_rules)
    return fault(errc::bad_request, "there are 2000 rules already: take some back with latchkey apps forget");
  return write(std::move(changed), now);
}

result<std::size_t> policy_book::forget(std::string_view app, const std::optional<std::string>& account,
                                        wall_time now) {
  reload();
  app_policy changed = policy_;
  const std::size_t gone = changed.forget(app, account);
  if (gone == 0 && trouble_.empty()) return gone;
  if (auto written = write(std::move(changed), now); !written) return written.error();
  return gone;
}

result<std::vector<app_rule>> policy_book::forget_allowed(std::string_view account, wall_time now) {
  reload();
  app_policy changed = policy_;
  auto gone = changed.forget_allowed(account);
  if (gone.empty()) return gone;
  if (auto written = write(std::move(changed), now); !written) return written.error();
  return gone;
}

result<> policy_book::write(app_policy changed, wall_time now) {
  if (!trouble_.empty()) return fault(errc::bad_request, trouble_);
  const auto rules = changed.rules(now);
  std::string text = format_policy(rules);
  if (text.size() > limits::config_file)
    return fault(errc::bad_request,
                 "the rules would not fit into policy.toml (1 MiB): take some back with latchkey apps forget");
  std::error_code failed;
  std::filesystem::create_directories(file_.parent_path(), failed);  // Where that fails, the next line says why.
  if (auto written = write_durably(file_, text, policy_file_mode); !written) return written.error();
  policy_ = app_policy(rules);
  text_ = std::move(text);
  return {};
}

}  // namespace latchkey
