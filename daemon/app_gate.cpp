#include "daemon/app_gate.h"

#include <utility>

#include "daemon/log.h"

namespace latchkey {
namespace {

// What a new token of the account opens, as far as that is known.
const scope_list& covered(const account& of) {
  return of.loaded() && of.current().generation != 0 ? of.current().scopes : of.config().scopes;
}

grant_use wanted_by(const app_use& use) {
  return {use.of.config().name, covered(use.of), use.asked};
}

// What the person is told of, and the log.
scope_list scopes_of(const app_use& use) {
  return union_scopes(covered(use.of), scope_list(use.asked.begin(), use.asked.end()));
}

// As one types it into a shell.
std::string shell_word(const std::string& text) {
  constexpr std::string_view plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_@%+:,./-";
  if (text.find_first_not_of(plain) == std::string::npos) return text;
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

std::string in_words(const peer_app& who) {
  const std::string process = " (process " + std::to_string(who.process) + ")";
  return who.app == unknown_app ? "a program that cannot be told from others" + process : who.app + process;
}

// What changes the answer. A program that no rule can name is the desktop's affair.
std::string remedy(const peer_app& who, const std::string& account) {
  if (who.app == unknown_app) return "answer on your desktop";
  return "run latchkey apps allow " + shell_word(who.app) + " " + account;
}

fault about(const peer_app& who, const std::string& account, errc code, std::string message) {
  fault why(code, std::move(message));
  why.account = account;
  why.app = who.app;
  return why;
}

}  // namespace

app_gate::app_gate(boost::asio::any_io_executor executor, ports world, files where, unknown_apps unknown)
    : executor_(std::move(executor)),
      world_(world),
      policy_(std::move(where.policy), unknown),
      audit_(std::move(where.audit)) {}

policy_book::judgement app_gate::judge(const app_use& use) {
  const grant_use wanted = wanted_by(use);
  const wall_time now = world_.time.now().wall;
  const auto judged = policy_.judge(who_calls(use.call)->app, wanted, now);
  if (judged.verdict != app_verdict::ask) return judged;
  const auto once = once_.find(use.call.connection);
  if (once == once_.end()) return judged;
  const auto verdict = latchkey::judge(once->second, wanted, now);
  return verdict ? policy_book::judgement{*verdict, true} : judged;
}

result<> app_gate::usable(const app_use& use) {
  const auto judged = judge(use);
  if (judged.verdict == app_verdict::allow) return {};
  if (judged.verdict == app_verdict::deny) return refusal(use, judged.by_rule);
  return ask(use);
}

std::optional<fault> app_gate::denied(const app_use& use) {
  const auto judged = judge(use);
  if (judged.verdict != app_verdict::deny) return std::nullopt;
  return refusal(use, judged.by_rule);
}

fault app_gate::refusal(const app_use& use, bool by_rule) {
  const peer_app& who = *who_calls(use.call);
  const std::string& account = use.of.config().name;
  audit_.write(entry(use, "denied"), audit_pace::a_minute, world_.time.now().boot);
  const std::string why = by_rule ? in_words(who) + " is denied account " + account
                                  : "no rule allows " + in_words(who) + " to use account " + account +
                                        ", and config.toml says unknown_apps = \"deny\"";
  return about(who, account, errc::access_denied, why + ": if that is not what you want, " + remedy(who, account));
}

fault app_gate::ask(const app_use& use) {
  const peer_app& who = *who_calls(use.call);
  const std::string& account = use.of.config().name;
  if (stopping_) return {errc::temporarily_unavailable, "latchkeyd is stopping"};
  auto open = open_question(use);
  if (!open && !has_room_for(who.app))
    return about(who, account, errc::consent_pending,
                 "nobody has allowed " + in_words(who) + " to use account " + account +
                     ", and too many such questions wait for an answer already: see latchkey apps pending");
  if (!open) {
    const instant now = world_.time.now();
    consent_question asked{std::to_string(++last_question_), who.app, who.process, account, scopes_of(use)};
    open = std::make_shared<question>(executor_, std::move(asked));
    open->connection = use.call.connection;
    open->since = now.wall;
    open->expires_at = now.wall + limits::consent_question;
    open->until = now.boot + limits::consent_question;
    audit_.write(entry(use, "asked"), audit_pace::each, now.boot);
    put_to_person(open);
  }
  fault why = about(who, account, errc::consent_pending,
                    "nobody has allowed " + in_words(who) + " to use account " + account +
                        " yet: answer the question on your desktop" +
                        (who.app == unknown_app ? std::string() : ", or " + remedy(who, account)));
  why.question = open->asked.id;
  return why;
}

void app_gate::used(const app_use& use, audit_pace pace) {
  const auto generation = static_cast<std::int64_t>(use.of.loaded() ? use.of.current().generation : 0);
  if (pace == audit_pace::a_generation &&
      audit_.told(who_calls(use.call)->app, use.of.config().name, use.call.method, generation))
    return;
  auto line = entry(use, "given");
  if (generation != 0) line.generation = generation;
  audit_.write(line, pace, world_.time.now().boot);
}

void app_gate::logged_in(const app_use& use) {
  const std::string& app = who_calls(use.call)->app;
  const wall_time now = world_.time.now().wall;
  const auto judged = policy_.judge(app, wanted_by(use), now);
  const bool is_decided = judged.by_rule && judged.verdict != app_verdict::ask;
  if (app == unknown_app || is_decided) return;
  const app_rule rule{app, use.of.config().name, app_decision::allow, std::nullopt, std::nullopt};
  if (!remembered(rule)) return;
  tell(rule, "Login", use.call.peer.pid);
  settle();
}

void app_gate::removed(const std::string& account, pid_t process) {
  const auto gone = policy_.forget_allowed(account, world_.time.now().wall);
  if (!gone) {
    log::warning("what apps were allowed for account " + account + " could not be taken back: " + gone.error().message,
                 {account, "policy"});
    return;
  }
  for (const app_rule& rule : *gone) {
    ipc::audit_entry_info line{world_.time.now().wall.time_since_epoch().count(),
                               rule.app,
                               process,
                               account,
                               "RemoveAccount",
                               "forgotten",
                               {},
                               std::nullopt};
    audit_.write(line, audit_pace::each, world_.time.now().boot);
  }
  for (auto& [connection, rules] : once_)
    std::erase_if(rules, [&](const app_rule& rule) { return rule.account == account; });
}

bool app_gate::remembered(const app_rule& rule) {
  const auto written = policy_.decide(rule, world_.time.now().wall);
  if (!written)
    log::error(written.error().message + " (what was decided of " + rule.app + " is not remembered)", {{}, "policy"});
  return written.has_value();
}

result<> app_gate::may_decide(const varlink::call& call) {
  const peer_app& who = *who_calls(call);
  if (who.decides) return {};
  fault why(errc::access_denied, in_words(who) +
                                     " may not decide which app may use what: only the latchkey command that is "
                                     "installed beside latchkeyd may, run latchkey apps");
  why.app = who.app;
  return why;
}

result<> app_gate::decide(const varlink::call& call, app_rule rule) {
  if (auto may = may_decide(call); !may) return may.error();
  if (auto written = policy_.decide(rule, world_.time.now().wall); !written) return written.error();
  tell(rule, "DecideApp", call.peer.pid);
  settle();
  return {};
}

result<std::size_t> app_gate::forget(const varlink::call& call, std::string_view app,
                                     const std::optional<std::string>& account) {
  if (auto may = may_decide(call); !may) return may.error();
  const instant now = world_.time.now();
  const auto gone = policy_.forget(app, account, now.wall);
  if (!gone || *gone == 0) return gone;
  ipc::audit_entry_info line{now.wall.time_since_epoch().count(),
                             std::string(app),
                             call.peer.pid,
                             account.value_or(std::string(every_account)),
                             "ForgetApp",
                             "forgotten",
                             {},
                             std::nullopt};
  audit_.write(line, audit_pace::each, now.boot);
  return gone;
}

void app_gate::reload() {
  policy_.reload();
  settle();
}

void app_gate::set_unknown(unknown_apps unknown) {
  policy_.set_unknown(unknown);
  settle();
}

ipc::audit_entry_info app_gate::entry(const app_use& use, const char* outcome) {
  ipc::audit_entry_info line;
  line.time = world_.time.now().wall.time_since_epoch().count();
  line.app = who_calls(use.call)->app;
  line.process = use.call.peer.pid;
  line.account = use.of.config().name;
  line.method = use.call.method;
  line.outcome = outcome;
  line.scopes = scopes_of(use);
  return line;
}

void app_gate::tell(const app_rule& rule, const char* method, pid_t process) {
  ipc::audit_entry_info line;
  const instant now = world_.time.now();
  line.time = now.wall.time_since_epoch().count();
  line.app = rule.app;
  line.process = process;
  line.account = rule.account;
  line.method = method;
  line.outcome = rule.decision == app_decision::allow ? "allowed" : "refused_by_person";
  line.scopes = rule.scopes.value_or(scope_list());
  audit_.write(line, audit_pace::each, now.boot);
}

}  // namespace latchkey
