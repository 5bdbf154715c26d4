// What the sandbox's authorization server knows and decides: clients, questions to the person, codes, and, through
// grant_book and device_book, grants and the logins of devices. Used by sandbox_api. Time and randomness come in;
// nothing here knows HTTP or a socket.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/secret.h"
#include "tests/sandbox/api_key_book.h"
#include "tests/sandbox/device_book.h"
#include "tests/sandbox/encoding.h"
#include "tests/sandbox/grant_book.h"

namespace latchkey::sandbox {

struct client {
  std::string id;
  std::string name;                     ///< As the consent page shows it.
  std::optional<secret> client_secret;  ///< Nothing: a public client.
};

enum class pkce { optional, required };
enum class redirect_rule { any_loopback_port, exact };

struct settings {
  std::vector<client> clients;
  std::vector<std::string> redirect_uris;  ///< Registered for every client, and compared byte by byte.
  redirect_rule redirects = redirect_rule::any_loopback_port;  ///< Loopback ones beside the registered.
  pkce proof = pkce::optional;
  seconds code_lifetime{60};
  token_rules tokens;
  device_rules device;
};

/// RFC 8628 §3.4.
inline constexpr std::string_view device_grant_type = "urn:ietf:params:oauth:grant-type:device_code";

/// How often what happened. Tests and benchmarks read them; `reuse_detected` must stay 0 beside a good client.
struct counters {
  std::uint64_t authorize = 0;
  std::uint64_t consent = 0;
  std::uint64_t token_requests = 0;  ///< Every one, also those refused or told to fail.
  std::uint64_t code_exchanges = 0;
  std::uint64_t device_requests = 0;    ///< Every one, as token_requests.
  std::uint64_t device_polls = 0;       ///< Of the token requests, those of a device.
  std::uint64_t device_slow_downs = 0;  ///< Polls that came too fast, or were told so by order.
  std::uint64_t device_logins = 0;
  std::uint64_t refreshes = 0;
  std::uint64_t refreshes_refused = 0;
  std::uint64_t refreshes_repeated = 0;  ///< Answered again within the grace.
  std::uint64_t reuse_detected = 0;
  std::uint64_t revocations = 0;
  std::uint64_t balance_ok = 0;
  std::uint64_t balance_401 = 0;
  std::uint64_t open_orders_ok = 0;
  std::uint64_t open_orders_401 = 0;
  std::uint64_t signed_ok = 0;  ///< Private calls that were signed with an API key.
  std::uint64_t signed_refused = 0;
};

/// RFC 6749 §5.2.
struct oauth_error {
  std::string code;
  std::string description;
};
template <class T>
using oauth_result = boost::system::result<T, oauth_error>;

/// The person is told; nothing is sent to a redirect_uri that is not trusted (RFC 6749 §4.1.2.1).
struct authorize_refused {
  std::string why;
};
struct redirection {
  std::string location;
};
/// What the consent page asks. `id` decides once.
struct consent_question {
  std::string id;
  std::string client_name;
  std::string redirect_uri;
  scope_list scopes;
};
using authorize_answer = std::variant<authorize_refused, redirection, consent_question>;

class sandbox_state {
 public:
  sandbox_state(settings rules, const grant_book::token_source& next_token);

  /// RFC 6749 §4.1.1, RFC 7636 §4.3.
  authorize_answer authorize(const parameters& request, moment now);
  /// Nothing where the question was never asked, is answered, or is ten minutes old.
  std::optional<redirection> decide(const std::string& consent_id, decision answer, moment now);

  /// RFC 8628 §3.1.
  oauth_result<device_codes> begin_device(const client& by, const parameters& request, moment now);
  /// As device_book's; `decide_device` counts as a consent.
  std::optional<device_question> ask_device(std::string_view user_code, moment now);
  bool decide_device(const std::string& question_id, decision answer, moment now);
  [[nodiscard]] const device_rules& device() const noexcept { return devices_.rules(); }
  void slow_down_next(unsigned polls) noexcept { devices_.slow_down_next(polls); }

  /// Nothing where no such client is registered.
  [[nodiscard]] const client* find_client(std::string_view id) const;
  /// The client that `given` proves; nothing: invalid_client.
  [[nodiscard]] const client* authenticate(const std::optional<credentials>& given) const;
  /// RFC 6749 §4.1.3 and §6, RFC 8628 §3.4, by `grant_type`.
  oauth_result<issued_tokens> token(const client& by, const parameters& request, moment now);
  /// RFC 7009 §2. Empty: done, or nothing to do.
  std::optional<oauth_error> revoke(const client& by, const parameters& request);
  /// What a living access token may do, and its scopes (RFC 6750); nothing: invalid_token.
  [[nodiscard]] const access_right* right_of(const std::string& access_token, moment now) const;
  [[nodiscard]] const scope_list* scopes_of(const std::string& access_token, moment now) const;

  [[nodiscard]] api_key_book& api_keys() noexcept { return api_keys_; }

  void expire_access_tokens() noexcept { grants_.expire_access_tokens(); }
  /// Every grant, code and question is gone; counters and API keys stay.
  void forget_grants() noexcept;

  counters count;

 private:
  struct authorization {
    std::string client_id;
    std::string redirect_uri;
    std::string state;
    std::string code_challenge;  ///< Empty: no PKCE.
    scope_list scopes;
    moment expires;
  };
  struct issued_code {
    authorization what;
    bool used = false;
    std::optional<grant_id> grant;
  };

  [[nodiscard]] grant_book::grantee grantee_of(const client& by) const;
  [[nodiscard]] bool is_allowed_redirect(const std::string& uri) const;
  [[nodiscard]] std::optional<oauth_error> fault_of(const parameters& request) const;
  [[nodiscard]] static redirection send_back(const authorization& to, std::pair<std::string, std::string> answer);
  oauth_result<issued_tokens> exchange(const client& by, const parameters& request, moment now);
  oauth_result<issued_tokens> refresh(const client& by, const parameters& request, moment now);
  oauth_result<issued_tokens> poll(const client& by, const parameters& request, moment now);

  settings rules_;
  grant_book::token_source next_token_;
  grant_book grants_;
  device_book devices_;
  api_key_book api_keys_;
  std::map<std::string, authorization> questions_;
  std::map<std::string, issued_code> codes_;
};

}  // namespace latchkey::sandbox
