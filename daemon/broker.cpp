#include "daemon/broker.h"

#include <unistd.h>

#include <nlohmann/json.hpp>

#include "core/limits.h"
#include "daemon/broker_answers.h"
#include "daemon/log.h"
#include "daemon/provider_check.h"
#include "ipc/interface_files.h"

namespace latchkey {
namespace {

token_wanted wanted_by(const ipc::get_token_call& call) {
  token_wanted wanted;
  wanted.scopes = call.scopes.value_or(scope_list());
  if (call.min_valid) wanted.min_valid = seconds(*call.min_valid);
  if (call.stale_generation) wanted.stale_generation = static_cast<generation_number>(*call.stale_generation);
  if (call.lease) wanted.lease = seconds(*call.lease);
  return wanted;
}

ipc::get_token_reply reply_of(const grant& current) {
  ipc::get_token_reply reply;
  reply.access_token = current.access_token.clone();
  reply.token_type = current.token_type;
  if (const auto expires = current.expires_at()) reply.expires_at = expires->time_since_epoch().count();
  reply.scopes = current.scopes;
  reply.generation = static_cast<std::int64_t>(current.generation);
  return reply;
}

}  // namespace

broker::broker(account_surroundings& surroundings, account_book& accounts, event_hub& events, app_gate& gate,
               seconds login_timeout)
    : surroundings_(surroundings),
      accounts_(accounts),
      events_(events),
      keys_(surroundings),
      gate_(gate),
      login_timeout_(login_timeout),
      started_at_(surroundings.world.time.now().wall),
      stopped_(surroundings.executor),
      lock_(surroundings, accounts, [this] { stopped_.notify_all(); }) {}

varlink::interface broker::interface() {
  const auto bind = [this](task<answer> (broker::*handler)(varlink::call&)) {
    return varlink::method{[this, handler](varlink::call& call) { return (this->*handler)(call); }, false};
  };
  const auto streaming = [this](task<answer> (broker::*handler)(varlink::call&)) {
    return varlink::method{[this, handler](varlink::call& call) { return (this->*handler)(call); }, true};
  };
  varlink::interface made;
  made.name = ipc::broker_interface;
  made.description = broker_interface_text();
  made.methods.emplace("GetToken", bind(&broker::on_get_token)).first->second.answer_now =
      [this](const varlink::call& call) { return token_from_memory(call); };
  made.methods.emplace("ReleaseLease", bind(&broker::on_release_lease));
  made.methods.emplace("Login", streaming(&broker::on_login));
  made.methods.emplace("FinishLogin", bind(&broker::on_finish_login));
  made.methods.emplace("Watch", streaming(&broker::on_watch));
  made.methods.emplace("Accounts", bind(&broker::on_accounts));
  made.methods.emplace("AddAccount", bind(&broker::on_add_account));
  made.methods.emplace("RemoveAccount", bind(&broker::on_remove_account));
  made.methods.emplace("Logout", bind(&broker::on_logout));
  made.methods.emplace("SignDpop", bind(&broker::on_sign_dpop));
  made.methods.emplace("UserInfo", bind(&broker::on_user_info));
  made.methods.emplace("ListFastApiKeys", bind(&broker::on_list_fast_api_keys));
  made.methods.emplace("CreateFastApiKey", bind(&broker::on_create_fast_api_key));
  made.methods.emplace("UpdateFastApiKey", bind(&broker::on_update_fast_api_key));
  made.methods.emplace("DeleteFastApiKey", bind(&broker::on_delete_fast_api_key));
  made.methods.emplace("CallExchange", bind(&broker::on_call_exchange));
  made.methods.emplace("Providers", bind(&broker::on_providers));
  made.methods.emplace("Apps", bind(&broker::on_apps));
  made.methods.emplace("DecideApp", bind(&broker::on_decide_app));
  made.methods.emplace("ForgetApp", bind(&broker::on_forget_app));
  made.methods.emplace("AuditLog", bind(&broker::on_audit_log));
  made.methods.emplace("Status", bind(&broker::on_status));
  made.methods.emplace("CheckProvider", bind(&broker::on_check_provider));
  made.methods.emplace("Lock", bind(&broker::on_lock));
  made.methods.emplace("Unlock", bind(&broker::on_unlock));
  return made;
}

void broker::announce(const account& who, std::string_view kind) {
  if (!events_.has_watchers()) return;
  events_.publish({std::string(kind), describe(who, surroundings_.providers)});
}

void broker::shut_down() {
  stopping_ = true;
  gate_.shut_down();
  events_.close();
  stopped_.notify_all();
}

std::optional<varlink::answer> broker::token_from_memory(const varlink::call& call) {
  const auto decoded = ipc::decode_get_token_call(call.parameters);
  if (!decoded) return refuse(decoded.error());
  const auto who = unlocked(decoded->account);
  if (!who) return refuse(who.error());
  if (decoded->stale_generation)
    leases_.release_stale(call.connection, **who, static_cast<generation_number>(*decoded->stale_generation));
  const token_wanted wanted = wanted_by(*decoded);
  if (!(*who)->loaded() || (*who)->current().generation == 0) return std::nullopt;
  if (const auto may = gate_.usable(app_use{call, **who, wanted.scopes}); !may) {
    if (decoded->wait_for_consent.value_or(0) > 0 && !may.error().question.empty()) return std::nullopt;
    return refuse(may.error());
  }
  if (const auto may = may_force(**who, wanted, call); !may) return refuse(may.error(), decoded->account);
  if (!(*who)->answers_now(wanted)) return std::nullopt;
  return token_answer(*who, wanted, call);
}

result<> broker::may_force(const account& who, const token_wanted& wanted, const varlink::call& call) {
  if (!who.would_force_refresh(wanted)) return {};
  const auto& program = gate_.who_calls(call)->program;
  auto may = forced_.ask(who.config().name, who.current().generation, program_in(*program),
                         surroundings_.world.time.now().boot);
  if (!may) log::warning(may.error().message, {who.config().name, "refresh"});
  return may;
}

task<varlink::answer> broker::on_get_token(varlink::call& call) {
  const auto decoded = ipc::decode_get_token_call(call.parameters);
  if (!decoded) co_return refuse(decoded.error());
  const auto who = unlocked(decoded->account);
  if (!who) co_return refuse(who.error());
  const token_wanted wanted = wanted_by(*decoded);
  const boot_time patience = surroundings_.world.time.now().boot + seconds(decoded->wait_for_consent.value_or(0));
  const auto ready = co_await token_for(*who, call, wanted, patience);
  if (!ready) co_return refuse(ready.error(), decoded->account);
  co_return token_answer(*who, wanted, call);
}

// To be called right after the account gave its word: no suspension in between, in which the token could be replaced.
varlink::answer broker::token_answer(const std::shared_ptr<account>& who, const token_wanted& wanted,
                                     const varlink::call& call) {
  const auto& program = gate_.who_calls(call)->program;
  forced_.used(who->config().name, who->current().generation, program);
  who->used_by(program);
  gate_.used(app_use{call, *who, wanted.scopes}, audit_pace::a_generation);
  ipc::get_token_reply reply = reply_of(who->current());
  if (wanted.lease) {
    const boot_time now = surroundings_.world.time.now().boot;
    lease_register::lease taken{who, who->lease(*wanted.lease), who->current().generation, now + limits::longest_lease};
    reply.lease_id = leases_.add(call.connection, std::move(taken), now);
  }
  return {{}, ipc::encode(reply)};
}

task<varlink::answer> broker::on_release_lease(varlink::call& call) {
  const auto id = ipc::decode_release_lease_call(call.parameters);
  if (!id) co_return refuse(id.error());
  leases_.release(call.connection, *id);
  co_return answer();
}

task<varlink::answer> broker::on_watch(varlink::call& call) {
  const auto name = ipc::decode_optional("account", call.parameters);
  if (!name) co_return refuse(name.error());
  if (*name) {
    if (const auto who = accounts_.find(**name); !who) co_return refuse(who.error());
  }
  const auto watcher = events_.subscribe();
  for (auto& info : co_await describe_all()) {
    ipc::event_info event{"state", std::move(info)};
    if (!*name || event.account.name == **name) co_await call.continue_with(ipc::encode(event));
  }
  for (;;) {
    auto event = co_await watcher->next();
    if (!event) break;
    if (!*name || event->account.name == **name) co_await call.continue_with(ipc::encode(*event));
  }
  const std::string why = watcher->overrun() ? "this watcher did not read its events in time; watch again"
                                             : "latchkeyd is stopping; watch again once it is back";
  co_return refuse(fault(errc::temporarily_unavailable, why));
}

task<varlink::answer> broker::on_accounts(varlink::call& call) {
  if (const auto checked = ipc::decode_nothing(call.parameters); !checked) co_return refuse(checked.error());
  const auto all = co_await describe_all();
  co_return answer{{}, ipc::encode_accounts(all)};
}

task<varlink::answer> broker::on_logout(varlink::call& call) {
  const auto decoded = ipc::decode_logout_call(call.parameters);
  if (!decoded) co_return refuse(decoded.error());
  const auto who = unlocked(decoded->account);
  if (!who) co_return refuse(who.error());
  gate_.used(app_use{call, **who, {}}, audit_pace::each);
  const auto outcome = co_await (*who)->logout(decoded->revoke);
  if (!outcome) co_return refuse(outcome.error());
  ipc::logout_reply reply;
  reply.revoked = outcome->revoked;
  if (!outcome->note.empty()) reply.note = outcome->note;
  co_return answer{{}, ipc::encode(reply)};
}

task<varlink::answer> broker::on_providers(varlink::call& call) {
  const auto name = ipc::decode_optional("name", call.parameters);
  if (!name) co_return refuse(name.error());
  std::vector<ipc::provider_info> shown;
  if (*name) {
    const auto found = surroundings_.providers.find(**name);
    if (!found) co_return refuse(found.error());
    shown.push_back(describe(*found));
  } else {
    const auto all = surroundings_.providers.list();
    if (!all) co_return refuse(all.error());
    for (const auto& each : *all) shown.push_back(describe(each));
  }
  co_return answer{{}, ipc::encode_providers(shown)};
}

task<varlink::answer> broker::on_status(varlink::call& call) {
  if (const auto checked = ipc::decode_nothing(call.parameters); !checked) co_return refuse(checked.error());
  ipc::status_reply reply;
  reply.version = LATCHKEY_VERSION;
  reply.pid = ::getpid();
  reply.started_at = started_at_.time_since_epoch().count();
  reply.accounts = co_await describe_all();
  reply.store = surroundings_.world.store.backend() == "file" ? "file" : "secret_service";
  reply.store_description = surroundings_.world.store.description();
  reply.can_open_browser = surroundings_.world.browser.available();
  reply.warnings = warnings();
  reply.locked = surroundings_.lock.closed();
  if (const auto since = surroundings_.lock.since) reply.locked_since = since->time_since_epoch().count();
  co_return answer{{}, ipc::encode(reply)};
}

task<varlink::answer> broker::on_check_provider(varlink::call& call) {
  const auto name = ipc::decode_account_name(call.parameters);
  if (!name) co_return refuse(name.error());
  const auto who = accounts_.find(*name);
  if (!who) co_return refuse(who.error());
  const auto endpoint = endpoint_to_check((*who)->config(), surroundings_.providers);
  if (!endpoint) co_return refuse(endpoint.error(), *name);
  const auto found = co_await check_provider(surroundings_.world.http, surroundings_.world.time, *endpoint);
  ipc::provider_check_reply reply;
  reply.endpoint = *endpoint;
  reply.reachable = found.reachable;
  if (!found.message.empty()) reply.message = found.message;
  if (found.clock_skew) reply.clock_skew = found.clock_skew->count();
  co_return answer{{}, ipc::encode(reply)};
}

task<std::vector<ipc::account_info>> broker::describe_all() {
  std::vector<ipc::account_info> shown;
  for (const auto& who : accounts_.all()) {
    // A store that does not answer shows in the view, as the state `unavailable` with its reason.
    [[maybe_unused]] const auto loaded = co_await who->load();
    shown.push_back(describe(*who, surroundings_.providers));
  }
  co_return shown;
}

}  // namespace latchkey
