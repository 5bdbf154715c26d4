// The envelope of Kraken's API answers: {"error": […], "result": …}, an error with status 200 as often as not. Used by
// fast_api_key and exchange_call.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string_view>

#include "core/error.h"
#include "core/http_message.h"

namespace latchkey {

/// The answer's `result`; null where there is none. `what` names the answer in messages ("the list of keys").
/// Errors: access_denied (401, 403, EAuth, EGeneral:Permission denied), bad_request (EGeneral:Invalid arguments and
/// their like), temporarily_unavailable (408, 429, 5xx, EService, rate limits), provider_error. The API's own text is
/// in provider_text.
[[nodiscard]] result<nlohmann::json> read_exchange_answer(std::string_view what, const http_response& response);

}  // namespace latchkey
