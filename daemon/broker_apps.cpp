// Which app may use which account: the broker's calls that ask, decide and tell.
#include <nlohmann/json.hpp>

#include "daemon/broker.h"
#include "daemon/broker_answers.h"
#include "ipc/app_messages.h"

namespace latchkey {
namespace {

const scope_list no_scopes;

ipc::app_rule_info describe(const app_rule& rule) {
  ipc::app_rule_info info;
  info.app = rule.app;
  info.account = rule.account;
  info.decision = to_string(rule.decision);
  info.scopes = rule.scopes;
  if (rule.until) info.until = rule.until->time_since_epoch().count();
  return info;
}

ipc::pending_consent_info describe(const app_gate::question& question) {
  ipc::pending_consent_info info;
  info.id = question.asked.id;
  info.app = question.asked.app;
  info.process = question.asked.process;
  info.account = question.asked.account;
  info.scopes = question.asked.scopes;
  info.since = question.since.time_since_epoch().count();
  info.expires_at = question.expires_at.time_since_epoch().count();
  return info;
}

}  // namespace

task<result<>> broker::usable(std::shared_ptr<account> who, const varlink::call& call, audit_pace pace) {
  const app_use use{call, *who, no_scopes};
  if (!who->loaded()) {
    if (auto denied = gate_.denied(use)) co_return std::move(*denied);
    // A store that gives nothing is the call's affair; what the question tells is then what the account asks for.
    [[maybe_unused]] const auto ready = co_await who->load();
  }
  if (auto may = gate_.usable(use); !may) co_return may;
  gate_.used(use, pace);
  co_return result<>();
}

task<result<>> broker::token_for(std::shared_ptr<account> who, const varlink::call& call, token_wanted wanted,
                                 boot_time until) {
  const app_use use{call, *who, wanted.scopes};
  if (auto denied = gate_.denied(use)) co_return std::move(*denied);
  if (auto ready = co_await who->load(); !ready) co_return ready;
  // Where there is no grant there is nothing to ask the person about: the account says so itself.
  for (bool has_token = false;;) {
    const auto may = who->current().generation == 0 ? result<>() : gate_.usable(use);
    if (may && has_token) co_return may;
    has_token = false;
    if (may) {
      // What the token covers is certain once it is there, and what was decided may have changed meanwhile.
      auto ready = co_await who->token(wanted);
      if (!ready) co_return ready;
      has_token = true;
    } else {
      const bool may_wait = !may.error().question.empty() && surroundings_.world.time.now().boot < until;
      if (!may_wait || !co_await gate_.answered(may.error().question, until)) co_return may;
    }
  }
}

task<varlink::answer> broker::on_apps(varlink::call& call) {
  if (const auto checked = ipc::decode_nothing(call.parameters); !checked) co_return refuse(checked.error());
  ipc::apps_reply reply;
  for (const app_rule& rule : gate_.policy().rules(surroundings_.world.time.now().wall))
    reply.rules.push_back(describe(rule));
  reply.unknown_apps = to_string(gate_.policy().unknown());
  for (const auto& each : gate_.pending()) reply.pending.push_back(describe(*each));
  co_return answer{{}, ipc::encode(reply)};
}

task<varlink::answer> broker::on_decide_app(varlink::call& call) {
  auto decoded = ipc::decode_decide_app_call(call.parameters);
  if (!decoded) co_return refuse(decoded.error());
  app_rule rule;
  rule.app = std::move(decoded->app);
  rule.account = std::move(decoded->account);
  rule.decision = decoded->decision == "allow" ? app_decision::allow : app_decision::deny;
  rule.scopes = std::move(decoded->scopes);
  if (decoded->valid_for) rule.until = surroundings_.world.time.now().wall + seconds(*decoded->valid_for);
  if (rule.account != every_account)
    if (const auto who = accounts_.find(rule.account); !who && who.error().code == errc::no_such_account)
      co_return refuse(who.error());
  if (const auto decided = gate_.decide(call, std::move(rule)); !decided) co_return refuse(decided.error());
  co_return answer();
}

task<varlink::answer> broker::on_forget_app(varlink::call& call) {
  const auto decoded = ipc::decode_forget_app_call(call.parameters);
  if (!decoded) co_return refuse(decoded.error());
  const auto gone = gate_.forget(call, decoded->app, decoded->account);
  if (!gone) co_return refuse(gone.error());
  co_return answer{{}, ipc::encode_forgotten(static_cast<std::int64_t>(*gone))};
}

task<varlink::answer> broker::on_audit_log(varlink::call& call) {
  auto decoded = ipc::decode_audit_log_call(call.parameters);
  if (!decoded) co_return refuse(decoded.error());
  audit_log::filter wanted;
  wanted.account = std::move(decoded->account);
  wanted.app = std::move(decoded->app);
  if (decoded->limit) wanted.limit = static_cast<std::size_t>(*decoded->limit);
  const auto entries = gate_.audit().read(wanted);
  if (!entries) co_return refuse(entries.error());
  co_return answer{{}, ipc::encode_audit_entries(*entries)};
}

}  // namespace latchkey
