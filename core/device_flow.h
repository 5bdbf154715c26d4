// The device authorization grant (RFC 8628): the request for a code, what its answer means, and when to ask whether the
// person is done. Pure: requests and answers are values, time comes in. Called by daemon/login_device.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/http_message.h"
#include "core/provider.h"
#include "core/secret.h"
#include "core/token_endpoint.h"
#include "core/types.h"

namespace latchkey {

/// RFC 8628 §3.1. `scopes` empty: the parameter is left out.
[[nodiscard]] http_request device_authorization_request(const provider& server, const client_credentials& client,
                                                        const scope_list& scopes);
/// grant_type=urn:ietf:params:oauth:grant-type:device_code (RFC 8628 §3.4).
[[nodiscard]] http_request device_token_request(const provider& server, const client_credentials& client,
                                                const secret& device_code);

/// RFC 8628 §3.2. The texts are as the provider sent them: printable() before they are shown.
struct device_authorization {
  secret device_code;
  std::string user_code;
  std::string verification_uri;
  std::string verification_uri_complete;  ///< With the code inside; may be empty.
  seconds expires_in{0};
  seconds interval{5};
  std::vector<std::string> warnings;  ///< For the person; hold nothing unescaped.
};

/// Takes `verification_url`, which some providers write, too. Errors: provider_error (refused, not readable, a member
/// missing or too long); temporarily_unavailable; login_expired where the code has no time left; login_failed.
[[nodiscard]] result<device_authorization> parse_device_authorization(const http_response& response, wall_time now);

/// When to ask the token endpoint, and what a refusal means (RFC 8628 §3.5). A plain value, without a clock.
class device_poll {
 public:
  device_poll(const device_authorization& code, boot_time now);

  /// When to ask next, or, where no time is left for that, when the code expires.
  [[nodiscard]] boot_time next() const noexcept { return std::min(next_, expires_); }
  /// The code's time is over: ask no more.
  [[nodiscard]] bool expired(boot_time now) const noexcept { return now >= expires_; }
  /// The token endpoint gave no token at `now`. Nothing where next() says when to ask again; else how the login ended:
  /// login_expired, access_denied, login_failed, provider_error.
  std::optional<fault> refused(const token_failure& failure, boot_time now);
  /// How a login ends whose code has expired: login_expired, with what kept us from asking where something did.
  [[nodiscard]] fault expiry() const;
  /// Why the last question got no answer; nothing where it got one.
  [[nodiscard]] const std::optional<std::string>& trouble() const noexcept { return trouble_; }

 private:
  seconds interval_;
  seconds backoff_{0};
  boot_time next_;
  boot_time expires_;
  std::optional<std::string> trouble_;
};

}  // namespace latchkey
