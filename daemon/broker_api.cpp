// The provider's own API: who the person is, and Kraken's Fast API keys.
#include <nlohmann/json.hpp>

#include "core/userinfo.h"
#include "daemon/api_call.h"
#include "daemon/broker.h"
#include "daemon/broker_answers.h"
#include "ipc/fast_api_key_messages.h"

namespace latchkey {
namespace {

fast_api_key_wish wish_of(ipc::fast_api_key_wish_info info) {
  fast_api_key_wish wish;
  wish.name = std::move(info.name);
  wish.new_name = std::move(info.new_name);
  wish.permissions = std::move(info.permissions);
  wish.ip_allowlist = std::move(info.ip_allowlist);
  wish.nonce_window = info.nonce_window;
  wish.query_from = info.query_from;
  wish.query_to = info.query_to;
  wish.valid_until = info.valid_until;
  return wish;
}

std::vector<std::string> printable_all(const std::vector<std::string>& texts) {
  std::vector<std::string> shown;
  shown.reserve(texts.size());
  for (const std::string& each : texts) shown.push_back(printable(each));
  return shown;
}

// A name that is not printable could not come back in a call either.
ipc::fast_api_key_info describe(const fast_api_key& key) {
  ipc::fast_api_key_info info;
  info.name = printable(key.name);
  info.id = printable(key.id);
  info.api_key = printable(key.api_key);
  info.permissions = printable_all(key.permissions);
  info.ip_allowlist = printable_all(key.ip_allowlist);
  info.valid_until = key.valid_until;
  info.created_at = key.created_time;
  info.last_used_at = key.last_used;
  return info;
}

task<result<user_information>> ask_userinfo(account_surroundings& surroundings, std::shared_ptr<account> who) {
  const auto server = co_await surroundings.providers.resolve(who->config());
  if (!server) co_return server.error();
  if (server->userinfo_endpoint.empty())
    co_return fault(errc::bad_request, "the provider of " + who->config().name + ", " + printable(server->name) +
                                           ", names no address for user information");
  auto make = [server = *server](const secret& token) { return userinfo_request(server, token); };
  const auto answer = co_await call_once_with_token(surroundings.world.http, who, std::move(make));
  if (!answer) co_return answer.error();
  co_return answer->read(parse_userinfo);
}

}  // namespace

task<varlink::answer> broker::on_user_info(varlink::call& call) {
  const auto name = ipc::decode_account_name(call.parameters);
  if (!name) co_return refuse(name.error());
  const auto who = unlocked(*name);
  if (!who) co_return refuse(who.error());
  if (const auto may = co_await usable(*who, call, audit_pace::a_minute); !may) co_return refuse(may.error());
  const auto fields = co_await ask_userinfo(surroundings_, *who);
  if (!fields) co_return refuse(fields.error(), *name);
  co_return answer{{}, ipc::encode_user_info(*fields)};
}

task<varlink::answer> broker::on_list_fast_api_keys(varlink::call& call) {
  const auto name = ipc::decode_account_name(call.parameters);
  if (!name) co_return refuse(name.error());
  const auto who = unlocked(*name);
  if (!who) co_return refuse(who.error());
  if (const auto may = co_await usable(*who, call, audit_pace::a_minute); !may) co_return refuse(may.error());
  const auto listed = co_await keys_.list(*who);
  if (!listed) co_return refuse(listed.error(), *name);
  std::vector<ipc::fast_api_key_info> shown;
  for (const auto& each : *listed) {
    shown.push_back(describe(each.key));
    shown.back().stored = each.stored;
  }
  co_return answer{{}, ipc::encode_fast_api_keys(shown)};
}

task<varlink::answer> broker::on_create_fast_api_key(varlink::call& call) {
  auto decoded = ipc::decode_create_fast_api_key_call(call.parameters);
  if (!decoded) co_return refuse(decoded.error());
  const auto who = unlocked(decoded->account);
  if (!who) co_return refuse(who.error());
  if (const auto may = co_await usable(*who, call, audit_pace::each); !may) co_return refuse(may.error());
  auto created = co_await keys_.create(*who, wish_of(std::move(decoded->key)));
  if (!created) co_return refuse(created.error(), decoded->account);
  ipc::create_fast_api_key_reply reply;
  reply.key = describe(*created);
  reply.key.stored = true;
  if (decoded->reveal) reply.key_secret = std::move(created->key_secret);
  co_return answer{{}, ipc::encode(reply)};
}

task<varlink::answer> broker::on_update_fast_api_key(varlink::call& call) {
  auto decoded = ipc::decode_update_fast_api_key_call(call.parameters);
  if (!decoded) co_return refuse(decoded.error());
  const auto who = unlocked(decoded->account);
  if (!who) co_return refuse(who.error());
  if (const auto may = co_await usable(*who, call, audit_pace::each); !may) co_return refuse(may.error());
  const auto updated = co_await keys_.update(*who, wish_of(std::move(decoded->key)));
  if (!updated) co_return refuse(updated.error(), decoded->account);
  co_return answer();
}

task<varlink::answer> broker::on_delete_fast_api_key(varlink::call& call) {
  const auto decoded = ipc::decode_delete_fast_api_key_call(call.parameters);
  if (!decoded) co_return refuse(decoded.error());
  const auto who = unlocked(decoded->account);
  if (!who) co_return refuse(who.error());
  if (const auto may = co_await usable(*who, call, audit_pace::each); !may) co_return refuse(may.error());
  const auto removed = co_await keys_.remove(*who, decoded->name);
  if (!removed) co_return refuse(removed.error(), decoded->account);
  co_return answer();
}

task<varlink::answer> broker::on_call_exchange(varlink::call& call) {
  auto decoded = ipc::decode_call_exchange_call(call.parameters);
  if (!decoded) co_return refuse(decoded.error());
  const auto who = unlocked(decoded->account);
  if (!who) co_return refuse(who.error());
  if (const auto may = co_await usable(*who, call, audit_pace::a_minute); !may) co_return refuse(may.error());
  key_desk::exchange_order order;
  order.key = std::move(decoded->key);
  order.method = std::move(decoded->method);
  if (decoded->fields) order.fields.assign(decoded->fields->begin(), decoded->fields->end());
  const auto called = co_await keys_.call(*who, std::move(order));
  if (!called) co_return refuse(called.error(), decoded->account);
  co_return answer{{}, ipc::encode_exchange_result(*called)};
}

}  // namespace latchkey
