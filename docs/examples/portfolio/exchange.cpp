#include "exchange.h"

#include <nlohmann/json.hpp>

namespace {

using nlohmann::json;
using kind = api_error::kind;

// No answer from outside moves the cursor or colours the terminal.
std::string printable(std::string text) {
  for (char& each : text)
    if (each < ' ' || each > '~') each = '?';
  return text;
}

std::string text_of(const json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end() || found->is_null()) return "?";
  return printable(found->is_string() ? found->get<std::string>() : found->dump());
}

bool passes(const std::string& error) {
  return error.starts_with("EService:") || error.find("Rate limit") != std::string::npos ||
         error.find("Too many requests") != std::string::npos || error.starts_with("EGeneral:Internal");
}

// {"error": ["EGeneral:Permission denied"]}, with status 200 as often as not.
json result_of(const std::string& what, const http_answer& answer) {
  const json parsed = json::parse(answer.body, nullptr, false);
  if (parsed.is_object() && parsed.contains("error") && parsed["error"].is_array()) {
    for (const json& each : parsed["error"]) {
      const std::string error = each.is_string() ? each.get<std::string>() : each.dump();
      if (error.starts_with('W')) continue;  // A warning.
      throw api_error(passes(error) ? kind::passing : kind::lasting,
                      "the API refused to show the " + what + ": " + printable(error));
    }
  }
  const std::string status = " (status " + std::to_string(answer.status) + ")";
  if (answer.status >= 500 || answer.status == 429)
    throw api_error(kind::passing, "the API cannot show the " + what + " now" + status);
  if (answer.status != 200) throw api_error(kind::lasting, "the API refused to show the " + what + status);
  if (!parsed.is_object() || !parsed.contains("result") || !parsed["result"].is_object())
    throw api_error(kind::lasting, "the API's answer about the " + what + " is not what its documentation says");
  return parsed["result"];
}

}  // namespace

std::vector<balance> read_balances(const http_answer& answer) {
  const json result = result_of("balances", answer);
  std::vector<balance> balances;
  for (const auto& [asset, amount] : result.items()) {
    balances.push_back({printable(asset), text_of(result, asset.c_str())});
  }
  return balances;
}

std::vector<open_order> read_open_orders(const http_answer& answer) {
  const json result = result_of("open orders", answer);
  std::vector<open_order> orders;
  const json open = result.value("open", json::object());
  for (const auto& [id, order] : open.items()) {
    if (!order.is_object()) continue;
    const json described = order.value("descr", json::object());
    orders.push_back({printable(id), described.is_object() ? text_of(described, "order") : "?", text_of(order, "vol"),
                      text_of(order, "vol_exec")});
  }
  return orders;
}
