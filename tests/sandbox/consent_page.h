// The pages that a person sees: the question of consent, of a browser login and of a device, and the refusal of a
// request that cannot be answered. HTML without script. Used by sandbox_api.
#pragma once

#include <string>

#include "tests/sandbox/sandbox_state.h"

namespace latchkey::sandbox {

[[nodiscard]] std::string consent_page(const consent_question& question);
/// Of the two buttons' values; nothing: neither.
[[nodiscard]] std::optional<decision> decision_named(std::string_view value);

/// Asks for the code that the device shows. `problem`: what is wrong with the one that was given; empty: none was.
[[nodiscard]] std::string user_code_page(std::string_view problem);
/// Names the code, so that the person can compare it with the device's (RFC 8628 §3.3.1).
[[nodiscard]] std::string device_consent_page(const device_question& question, const std::string& client_name);
[[nodiscard]] std::string device_answered_page(decision answer);
[[nodiscard]] std::string refusal_page(std::string_view why);

}  // namespace latchkey::sandbox
