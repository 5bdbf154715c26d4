// A form-encoded POST by which a client names itself to its provider (RFC 6749 §2.3). Used by every request to the
// token, revocation and device authorization endpoints.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "core/http_message.h"
#include "core/provider.h"
#include "core/secret.h"
#include "core/token_endpoint.h"

namespace latchkey {

/// One field of the body, not yet encoded; views into what the caller holds.
struct form_field {
  std::string_view name;
  std::string_view value;
};

/// POSTs `fields` to `url`. A client with a secret uses the provider's confidential_client_auth, one without its
/// public_client_auth. Basic carries id and secret form-encoded (RFC 6749 §2.3.1), and an empty secret for a public
/// client whose provider wants the header all the same.
[[nodiscard]] http_request client_request(const provider& server, const client_credentials& client, std::string url,
                                          std::span<const form_field> fields);

}  // namespace latchkey
