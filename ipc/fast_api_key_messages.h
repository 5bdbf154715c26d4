// The calls and replies about a provider's own API: user information, Fast API keys, calls of the Exchange API. As
// messages.h is for the rest of io.latchkey.Broker.
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "core/error.h"
#include "core/secret.h"

namespace latchkey::ipc {

struct fast_api_key_info {
  std::string name;
  std::string id;
  std::string api_key;
  std::vector<std::string> permissions;
  std::vector<std::string> ip_allowlist;
  std::optional<std::int64_t> valid_until;
  std::optional<std::int64_t> created_at;
  std::optional<std::int64_t> last_used_at;
  bool stored = false;
};

struct fast_api_key_wish_info {
  std::string name;
  std::optional<std::string> new_name;
  std::optional<std::vector<std::string>> permissions;
  std::optional<std::vector<std::string>> ip_allowlist;
  std::optional<std::int64_t> nonce_window;
  std::optional<std::int64_t> query_from;
  std::optional<std::int64_t> query_to;
  std::optional<std::int64_t> valid_until;
};

struct create_fast_api_key_call {
  std::string account;
  fast_api_key_wish_info key;
  bool reveal = false;
};
struct create_fast_api_key_reply {
  fast_api_key_info key;
  std::optional<secret> key_secret;
};
struct update_fast_api_key_call {
  std::string account;
  fast_api_key_wish_info key;
};
struct delete_fast_api_key_call {
  std::string account;
  std::string name;
};
struct call_exchange_call {
  std::string account;
  std::string key;
  std::string method;
  std::optional<std::map<std::string, std::string>> fields;
};

// Errors as in messages.h. UserInfo and ListFastApiKeys are read by decode_account_name().
[[nodiscard]] result<create_fast_api_key_call> decode_create_fast_api_key_call(const nlohmann::json& parameters);
[[nodiscard]] result<update_fast_api_key_call> decode_update_fast_api_key_call(const nlohmann::json& parameters);
[[nodiscard]] result<delete_fast_api_key_call> decode_delete_fast_api_key_call(const nlohmann::json& parameters);
[[nodiscard]] result<call_exchange_call> decode_call_exchange_call(const nlohmann::json& parameters);

[[nodiscard]] nlohmann::json encode(const create_fast_api_key_call& value);
[[nodiscard]] nlohmann::json encode(const update_fast_api_key_call& value);
[[nodiscard]] nlohmann::json encode(const delete_fast_api_key_call& value);
[[nodiscard]] nlohmann::json encode(const call_exchange_call& value);

[[nodiscard]] nlohmann::json encode_user_info(const std::map<std::string, std::string>& fields);  ///< {"fields": […]}
[[nodiscard]] nlohmann::json encode_fast_api_keys(const std::vector<fast_api_key_info>& keys);    ///< {"keys": […]}
[[nodiscard]] nlohmann::json encode(const create_fast_api_key_reply& value);
[[nodiscard]] nlohmann::json encode_exchange_result(const std::string& result);  ///< {"result": "…"}

[[nodiscard]] result<std::map<std::string, std::string>> decode_user_info(const nlohmann::json& parameters);
[[nodiscard]] result<std::vector<fast_api_key_info>> decode_fast_api_keys(const nlohmann::json& parameters);
[[nodiscard]] result<create_fast_api_key_reply> decode_create_fast_api_key_reply(const nlohmann::json& parameters);
[[nodiscard]] result<std::string> decode_exchange_result(const nlohmann::json& parameters);

}  // namespace latchkey::ipc
