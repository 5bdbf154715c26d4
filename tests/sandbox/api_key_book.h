// The Fast API keys of the sandbox's one person: made, changed and removed by apps with a grant, and proven by the
// signature of a private call. Used by sandbox_api. Time and randomness come in. The allowlist is kept and told, not
// enforced: who calls the sandbox calls from loopback.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <boost/system/result.hpp>

#include "tests/sandbox/exchange_signature.h"
#include "tests/sandbox/scope_table.h"

namespace latchkey::sandbox {

/// The exchange's way to say no: "EGeneral:Invalid arguments:api_key_name".
using exchange_error = std::string;
template <class T>
using exchange_result = boost::system::result<T, exchange_error>;

[[nodiscard]] exchange_error invalid_arguments(std::string_view what);
inline constexpr std::string_view permission_denied = "EGeneral:Permission denied";

/// What an app asks for. Times are Unix seconds, 0: none. An absent member is unchanged at an update.
struct api_key_wish {
  std::string name;
  std::optional<std::string> new_name;
  std::optional<std::set<std::string>> permissions;  ///< Those that are on.
  std::optional<std::vector<std::string>> ip_allowlist;
  std::optional<std::uint64_t> nonce_window;
  std::optional<std::int64_t> query_from;
  std::optional<std::int64_t> query_to;
  std::optional<std::int64_t> valid_until;
};

/// Of a request's JSON body. Errors: EGeneral:Invalid arguments with the member's name.
[[nodiscard]] exchange_result<api_key_wish> read_api_key_wish(std::string_view body);

struct api_key {
  std::string id;
  std::string name;
  std::string public_half;
  std::string key_secret;  ///< base64
  std::string oauth_client;
  std::set<std::string> permissions;
  std::vector<std::string> ip_allowlist;
  std::uint64_t nonce_window = 0;  ///< How far below the highest nonce an unused one is still taken.
  std::int64_t query_from = 0;
  std::int64_t query_to = 0;
  std::int64_t valid_until = 0;
  std::int64_t created_time = 0;
  std::int64_t modified_time = 0;
  std::int64_t last_used = 0;    ///< 0: never
  std::set<std::uint64_t> used;  ///< Nonces within the window.
  std::uint64_t highest_nonce = 0;
};

class api_key_book {
 public:
  explicit api_key_book(std::function<std::string()> next_token) : next_token_(std::move(next_token)) {}

  /// Who asks, and what the person granted.
  struct app {
    std::string client_id;
    scope_list scopes;
  };
  exchange_result<const api_key*> create(const api_key_wish& wish, const app& by, std::int64_t unix_time);
  exchange_result<void> update(const api_key_wish& wish, const app& by, std::int64_t unix_time);
  exchange_result<void> remove(const std::string& name);
  [[nodiscard]] const std::vector<api_key>& keys() const noexcept { return keys_; }

  struct proof {
    std::string api_key;
    std::string api_sign;
    signed_call call;
  };
  /// The key that `given` proves, with its nonce spent. Errors: EAPI:Invalid key, signature or nonce.
  exchange_result<const api_key*> prove(const proof& given, std::int64_t unix_time);

 private:
  api_key* find(std::string_view name);
  [[nodiscard]] static bool covers(const app& by, const api_key_wish& wish);

  std::function<std::string()> next_token_;
  std::vector<api_key> keys_;
};

}  // namespace latchkey::sandbox
