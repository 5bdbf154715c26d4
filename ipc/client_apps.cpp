#include <nlohmann/json.hpp>
#include <utility>

#include "ipc/app_messages.h"
#include "ipc/client_state.h"
#include "latchkey/client.h"

namespace latchkey {
namespace {

using nlohmann::json;

std::optional<std::string> unless_empty(const std::string& text) {
  if (text.empty()) return std::nullopt;
  return text;
}

app_access to_rule(ipc::app_rule_info&& info) {
  app_access value;
  value.app = std::move(info.app);
  value.account = std::move(info.account);
  value.decision = info.decision == "allow" ? app_answer::allow : app_answer::deny;
  value.scopes = std::move(info.scopes);
  value.until = info.until;
  return value;
}

pending_consent to_pending(ipc::pending_consent_info&& info) {
  pending_consent value;
  value.id = std::move(info.id);
  value.app = std::move(info.app);
  value.process = info.process;
  value.account = std::move(info.account);
  value.scopes = std::move(info.scopes);
  value.since = info.since;
  value.expires_at = info.expires_at;
  return value;
}

audit_entry to_entry(ipc::audit_entry_info&& info) {
  audit_entry value;
  value.time = info.time;
  value.app = std::move(info.app);
  value.process = info.process;
  value.account = std::move(info.account);
  value.method = std::move(info.method);
  value.outcome = std::move(info.outcome);
  value.scopes = std::move(info.scopes);
  value.generation = info.generation;
  return value;
}

}  // namespace

app_overview client::apps() {
  auto reply = value_of(ipc::decode_apps_reply(state_->ask("Apps", json::object(), {}, repeat::harmless)), {});
  app_overview value;
  value.unknown_apps = std::move(reply.unknown_apps);
  value.rules.reserve(reply.rules.size());
  for (ipc::app_rule_info& each : reply.rules) value.rules.push_back(to_rule(std::move(each)));
  value.pending.reserve(reply.pending.size());
  for (ipc::pending_consent_info& each : reply.pending) value.pending.push_back(to_pending(std::move(each)));
  return value;
}

void client::decide_app(const app_choice& decision) {
  ipc::decide_app_call call;
  call.app = decision.app;
  call.account = decision.account;
  call.decision = decision.decision == app_answer::allow ? "allow" : "deny";
  call.scopes = decision.scopes;
  if (decision.valid_for) call.valid_for = decision.valid_for->count();
  state_->ask("DecideApp", ipc::encode(call), decision.account, repeat::harmless);
}

std::int64_t client::forget_app(const std::string& app, const std::string& account) {
  const ipc::forget_app_call call{app, unless_empty(account)};
  return value_of(ipc::decode_forgotten(state_->ask("ForgetApp", ipc::encode(call), account, repeat::harmful)),
                  account);
}

std::vector<audit_entry> client::audit_log(const audit_filter& wanted) {
  const ipc::audit_log_call call{unless_empty(wanted.account), unless_empty(wanted.app), wanted.limit};
  auto infos = value_of(
      ipc::decode_audit_entries(state_->ask("AuditLog", ipc::encode(call), wanted.account, repeat::harmless)), {});
  std::vector<audit_entry> values;
  values.reserve(infos.size());
  for (ipc::audit_entry_info& each : infos) values.push_back(to_entry(std::move(each)));
  return values;
}

}  // namespace latchkey
