// Is a provider there, is it trusted, and do its clock and ours agree: one GET without credentials, for `latchkey
// doctor`. Used by the broker; changes nothing anywhere.
#pragma once

#include <optional>
#include <string>

#include "core/account_config.h"
#include "daemon/ports.h"
#include "daemon/provider_catalog.h"

namespace latchkey {

struct provider_findings {
  bool reachable = false;  ///< It gave an HTTP answer, whatever it says.
  std::string message;     ///< What is wrong, safe to show; or empty.
  /// By how much its clock is ahead of ours, beyond what the way there and back can explain; negative: behind.
  std::optional<seconds> clock_skew;
};

/// The discovery document where there is an issuer, else the token endpoint. Errors: bad_request where the account's
/// provider is not there or its file is wrong.
[[nodiscard]] result<std::string> endpoint_to_check(const account_config& account, const provider_catalog& providers);

/// Takes limits::provider_check at most. `http` and `time` outlive the call.
task<provider_findings> check_provider(http_transport& http, time_source& time, std::string endpoint);

/// From the Date of the answer (RFC 9110 §6.6.1), and its Age where a cache gave it (RFC 9111 §5.1). Nothing without a
/// Date that can be read.
[[nodiscard]] std::optional<seconds> clock_skew(const http_response& response, wall_time asked, wall_time answered);

}  // namespace latchkey
