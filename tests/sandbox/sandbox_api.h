// The sandbox's HTTP interface as plain values: a request in, a response out. Used by sandbox_server, which moves the
// bytes. The addresses are Kraken Connect's, /oauth/device… for devices, which Kraken has not, and /sandbox/… for the
// tests that drive it.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <boost/system/result.hpp>

#include "tests/sandbox/http_values.h"
#include "tests/sandbox/sandbox_state.h"

namespace latchkey::sandbox {

enum class consent_mode {
  ask,       ///< A page with Allow and Deny.
  allow_all  ///< The redirect at once, for tests without a browser.
};

enum class device_endpoints {
  served,
  absent  ///< 404, as at a provider without a device flow.
};

constexpr std::string_view device_authorization_path = "/oauth/device/code";
constexpr std::string_view verification_path = "/oauth/device";

/// What follows is the method's name.
constexpr std::string_view private_calls = "/0/private/";

struct api_settings {
  consent_mode mode = consent_mode::ask;
  device_endpoints device = device_endpoints::served;
  std::int64_t epoch = 0;  ///< Unix seconds at moment{}, for the times that API keys tell.
};

class sandbox_api {
 public:
  /// The endpoints that a test can order to fail.
  enum class endpoint { token, device };

  sandbox_api(sandbox_state& state, const api_settings& settings) : state_(state), settings_(settings) {}
  /// Where the people's and devices' addresses begin: http://127.0.0.1:PORT. Before the first answer.
  void serve_at(std::string base_url) { base_url_ = std::move(base_url); }

  response answer(const request& asked, moment now);
  /// Of the answers that hold tokens; who moves the bytes adds what became of each.
  [[nodiscard]] rotation_log& rotations() noexcept { return rotations_; }

 private:
  using handler = response (sandbox_api::*)(const request&, moment);
  struct route {
    std::string_view method;
    std::string_view path;
    handler handle;
  };
  struct ordered_failure {
    response answer;
    unsigned count = 0;
  };

  response authorize(const request& asked, moment now);
  response consent(const request& asked, moment now);
  response token(const request& asked, moment now);
  response decide_token(const request& asked, moment now);
  response authorize_device(const request& asked, moment now);
  response verification(const request& asked, moment now);
  response device_consent(const request& asked, moment now);
  response revoke(const request& asked, moment now);
  response userinfo(const request& asked, moment now);
  response list_api_keys(const request& asked, moment now);
  response create_api_key(const request& asked, moment now);
  response update_api_key(const request& asked, moment now);
  response delete_api_key(const request& asked, moment now);
  response balance(const request& asked, moment now);
  response private_call(const request& asked, moment now);
  response counters_report(const request& asked, moment now);
  response rotations_report(const request& asked, moment now);
  response expire_access_tokens(const request& asked, moment now);
  response forget_grants(const request& asked, moment now);
  response fail_next(const request& asked, moment now);
  response slow_down_next(const request& asked, moment now);
  response delay_token(const request& asked, moment now);
  using permission = boost::system::result<const access_right*, response>;
  /// The right of the request's access token; the refusal where it is dead or lacks `scope` (empty: any will do).
  [[nodiscard]] permission permit(const request& asked, std::string_view scope, moment now) const;
  /// Of a call that is signed with a Fast API key; nothing: it is to be answered.
  std::optional<exchange_error> refusal_of_signed(const request& asked, std::string_view needed, moment now);
  [[nodiscard]] std::int64_t unix_time(moment now) const;
  /// What a test ordered for this request; nothing: it is to be answered.
  std::optional<response> ordered(endpoint of);

  static const std::vector<route>& routes();

  sandbox_state& state_;
  api_settings settings_;
  std::string base_url_;
  rotation_log rotations_;
  std::map<endpoint, ordered_failure> failures_;
  std::chrono::milliseconds token_delay_{0};
};

}  // namespace latchkey::sandbox
