#include "tests/ipc/fake_broker_api.h"

#include <utility>

namespace latchkey::support {
namespace {

using boost::asio::awaitable;
using nlohmann::json;
using varlink::answer;
using varlink::call;

answer reply(json parameters) {
  return {{}, std::move(parameters)};
}

answer refused(const fault& why) {
  return varlink::invalid_parameter(std::string_view(why.message).substr(0, why.message.find(':')));
}

answer failed(const fault& why) {
  json encoded = ipc::encode_fault(why);
  return {encoded["error"].get<std::string>(), encoded["parameters"]};
}

ipc::fast_api_key_info bot() {
  ipc::fast_api_key_info key;
  key.name = "bot";
  key.id = "ID1";
  key.api_key = "public-half";
  key.permissions = {"funds_query"};
  key.ip_allowlist = {"192.0.2.0/24"};
  key.valid_until = 1'900'000'000;
  key.created_at = 1'800'000'000;
  key.stored = true;
  return key;
}

awaitable<answer> user_info(call& request, fake_broker_log&) {
  const auto name = ipc::decode_account_name(request.parameters);
  if (!name) co_return refused(name.error());
  const std::map<std::string, std::string> fields{{"sub", "248"}, {"address.country", "DE"}};
  co_return reply(ipc::encode_user_info(fields));
}

awaitable<answer> list_keys(call& request, fake_broker_log&) {
  const auto name = ipc::decode_account_name(request.parameters);
  if (!name) co_return refused(name.error());
  ipc::fast_api_key_info bare;
  bare.name = "bare";
  co_return reply(ipc::encode_fast_api_keys({bot(), bare}));
}

// "odd" gets a secret that is null, "worse" one that is no text: what a client must live through.
awaitable<answer> create_key(call& request, fake_broker_log& log) {
  auto wanted = ipc::decode_create_fast_api_key_call(request.parameters);
  if (!wanted) co_return refused(wanted.error());
  ipc::create_fast_api_key_reply made;
  made.key = bot();
  if (wanted->reveal) made.key_secret = secret("c2VjcmV0");
  json parameters = ipc::encode(made);
  if (wanted->account == "odd") parameters["secret"] = nullptr;
  if (wanted->account == "worse") parameters["secret"] = 7;
  const std::lock_guard lock(log.mutex);
  log.wished = std::move(wanted->key);
  co_return reply(std::move(parameters));
}

awaitable<answer> update_key(call& request, fake_broker_log& log) {
  auto wanted = ipc::decode_update_fast_api_key_call(request.parameters);
  if (!wanted) co_return refused(wanted.error());
  const std::lock_guard lock(log.mutex);
  log.wished = std::move(wanted->key);
  co_return answer();
}

awaitable<answer> delete_key(call& request, fake_broker_log&) {
  const auto wanted = ipc::decode_delete_fast_api_key_call(request.parameters);
  if (!wanted) co_return refused(wanted.error());
  if (wanted->name == "bot") co_return answer();
  co_return failed({errc::bad_request, "the API does not accept what was asked for", "EGeneral:Invalid arguments"});
}

awaitable<answer> call_exchange(call& request, fake_broker_log& log) {
  auto wanted = ipc::decode_call_exchange_call(request.parameters);
  if (!wanted) co_return refused(wanted.error());
  const std::lock_guard lock(log.mutex);
  log.called = std::move(*wanted);
  co_return reply(ipc::encode_exchange_result(R"({"XXBT":"1.5"})"));
}

}  // namespace

const std::map<std::string, fake_broker_handler>& fake_broker_api() {
  static const std::map<std::string, fake_broker_handler> table{
      {"UserInfo", user_info},          {"ListFastApiKeys", list_keys},   {"CreateFastApiKey", create_key},
      {"UpdateFastApiKey", update_key}, {"DeleteFastApiKey", delete_key}, {"CallExchange", call_exchange},
  };
  return table;
}

}  // namespace latchkey::support
