// The pages that a person sees: the question of consent, and the refusal of a request that cannot be answered. HTML
// without script. Used by sandbox_api.
#pragma once

#include <string>

#include "tests/sandbox/sandbox_state.h"

namespace latchkey::sandbox {

[[nodiscard]] std::string consent_page(const consent_question& question);
[[nodiscard]] std::string refusal_page(std::string_view why);

}  // namespace latchkey::sandbox
