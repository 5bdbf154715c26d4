// What a mail program sends to log in with an access token (RFC 7628, and XOAUTH2, its forerunner): the initial
// response of SASL, not yet in base64. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/error.h"

namespace latchkey::cli {

struct sasl_identity {
  std::string user;  ///< Usually a mail address.
  std::string host;  ///< Of the mail server, for OAUTHBEARER; may be empty.
  std::optional<std::uint16_t> port;
};

/// "user=USER^Aauth=Bearer TOKEN^A^A", where ^A is the byte 1. Wipe it.
/// Errors: bad_request on a user that is empty or holds a control character: it could add fields of its own.
[[nodiscard]] result<std::string> xoauth2_response(const sasl_identity& who, const std::string& access_token);
/// "n,a=USER,^Ahost=HOST^Aport=PORT^Aauth=Bearer TOKEN^A^A" (RFC 7628 §3.1, with RFC 5801 §4 for the user). Wipe it.
/// Errors: as above, for the host too.
[[nodiscard]] result<std::string> oauthbearer_response(const sasl_identity& who, const std::string& access_token);

}  // namespace latchkey::cli
