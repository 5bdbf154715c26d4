// What a refusal of the token endpoint means for the grant (RFC 6749 §5.2). Used by what reads answers.
#pragma once

#include <optional>

#include "core/http_message.h"
#include "core/provider_answer.h"
#include "core/token_endpoint.h"
#include "core/types.h"

namespace latchkey {

/// `response` has a status that is no success, or names `error`.
[[nodiscard]] token_failure refused_request(const http_response& response, const std::optional<provider_failure>& error,
                                            wall_time now);

}  // namespace latchkey
