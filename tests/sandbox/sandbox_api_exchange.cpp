// sandbox_api's resources: who the person is, what the account holds, and the private calls of the Exchange API, by an
// access token or signed with a Fast API key.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "tests/sandbox/sandbox_api.h"

namespace latchkey::sandbox {
namespace {

using nlohmann::json;

constexpr std::string_view balance_permission = "funds_query";

json account_balance() {
  return {{"XXBT", "0.4210000000"}, {"ZUSD", "1523.0700"}};
}

// Made up, in the documented shape.
json open_orders() {
  return json::parse(R"({"open": {
    "OSAND1-LATCH-KEY001": {
      "refid": null, "userref": 0, "status": "open", "opentm": 1764000000.1234, "starttm": 0, "expiretm": 0,
      "descr": {"pair": "XBTUSD", "type": "buy", "ordertype": "limit", "price": "61250.0", "price2": "0",
                "leverage": "none", "order": "buy 0.02500000 XBTUSD @ limit 61250.0", "close": ""},
      "vol": "0.02500000", "vol_exec": "0.00000000", "cost": "0.00000", "fee": "0.00000", "price": "0.00000",
      "stopprice": "0.00000", "limitprice": "0.00000", "misc": "", "oflags": "fciq"},
    "OSAND2-LATCH-KEY002": {
      "refid": null, "userref": 0, "status": "open", "opentm": 1764003600.5, "starttm": 0, "expiretm": 1766595600,
      "descr": {"pair": "ETHUSD", "type": "sell", "ordertype": "limit", "price": "4100.10", "price2": "0",
                "leverage": "none", "order": "sell 1.50000000 ETHUSD @ limit 4100.10", "close": ""},
      "vol": "1.50000000", "vol_exec": "0.37500000", "cost": "1537.53750", "fee": "3.99760", "price": "4100.10000",
      "stopprice": "0.00000", "limitprice": "0.00000", "misc": "partial", "oflags": "fciq"},
    "OSAND3-LATCH-KEY003": {
      "refid": null, "userref": 7, "status": "open", "opentm": 1764007200, "starttm": 0, "expiretm": 0,
      "descr": {"pair": "XBTUSD", "type": "sell", "ordertype": "stop-loss", "price": "48000.0", "price2": "0",
                "leverage": "none", "order": "sell 0.10000000 XBTUSD @ stop loss 48000.0", "close": ""},
      "vol": "0.10000000", "vol_exec": "0.00000000", "cost": "0.00000", "fee": "0.00000", "price": "0.00000",
      "stopprice": "48000.00000", "limitprice": "0.00000", "misc": "", "oflags": "fcib"}
  }})");
}

struct private_method {
  std::string_view name;
  std::string_view permission;
  json (*result)();
  std::uint64_t counters::*answered;  ///< With an access token.
  std::uint64_t counters::*refused;   ///< With a dead one.
};

constexpr private_method methods[] = {
    {"Balance", balance_permission, account_balance, &counters::balance_ok, &counters::balance_401},
    {"OpenOrders", "trades_query_open", open_orders, &counters::open_orders_ok, &counters::open_orders_401},
};

response exchange_success(const json& result) {
  return json_response(200, {{"error", json::array()}, {"result", result}});
}

}  // namespace

sandbox_api::permission sandbox_api::permit(const request& asked, std::string_view scope, moment now) const {
  const auto token = bearer_token(asked.authorization);
  const access_right* const right = token ? state_.right_of(*token, now) : nullptr;
  if (right == nullptr) return bearer_challenge(401, token ? "invalid_token" : "", {});
  if (!scope.empty() && !holds(right->scopes, scope)) return bearer_challenge(403, "insufficient_scope", scope);
  return right;
}

response sandbox_api::userinfo(const request& asked, moment now) {
  const auto right = permit(asked, {}, now);
  if (!right) return right.error();
  const scope_list& scopes = (*right)->scopes;
  json person = json::object();
  if (holds(scopes, "account.info:basic")) person = {{"email", "demo@example.com"}, {"iiban", "AA00 N84G DEMO 2345"}};
  if (holds(scopes, "account.info:name")) person["first_name"] = "Robin";
  if (holds(scopes, "account.info:location")) person.update({{"country", "IS"}, {"subdivision", "IS-1"}});
  if (holds(scopes, "account.info:kraken-verified")) person["kraken_verified"] = true;
  if (person.empty()) return bearer_challenge(403, "insufficient_scope", "account.info:basic");
  return json_response(200, person);
}

response sandbox_api::balance(const request& asked, moment now) {
  const auto right = permit(asked, scope_of_permission(balance_permission), now);
  if (right) ++state_.count.balance_ok;
  if (!right && right.error().status == 401) ++state_.count.balance_401;
  return right ? exchange_success(account_balance()) : right.error();
}

response sandbox_api::private_call(const request& asked, moment now) {
  const std::string_view name = std::string_view(asked.path).substr(private_calls.size());
  const auto* const called = std::ranges::find(methods, name, &private_method::name);
  if (called == std::end(methods)) return exchange_refusal("EGeneral:Unknown method");
  if (asked.authorization.empty()) {
    const auto refused = refusal_of_signed(asked, called->permission, now);
    ++(refused ? state_.count.signed_refused : state_.count.signed_ok);
    return refused ? exchange_refusal(*refused) : exchange_success(called->result());
  }
  const auto right = permit(asked, scope_of_permission(called->permission), now);
  if (right) ++(state_.count.*called->answered);
  if (!right && right.error().status == 401) ++(state_.count.*called->refused);
  return right ? exchange_success(called->result()) : right.error();
}

std::optional<exchange_error> sandbox_api::refusal_of_signed(const request& asked, std::string_view needed,
                                                             moment now) {
  const auto form = form_of(asked);
  if (!form) return invalid_arguments("body");
  const std::string& nonce = (*form)["nonce"];
  const api_key_book::proof proof{asked.api_key, asked.api_sign, {asked.path, nonce, asked.body}};
  const auto key = state_.api_keys().prove(proof, unix_time(now));
  if (!key) return key.error();
  if (!(*key)->permissions.contains(std::string(needed))) return exchange_error(permission_denied);
  return std::nullopt;
}

}  // namespace latchkey::sandbox
