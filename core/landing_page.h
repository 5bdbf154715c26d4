// The pages that the loopback listener shows in the browser: small whole HTML documents without script, pictures or
// anything to load. Used by redirect_judge and daemon/login_browser (which sees success_page() and failure_page()
// through authorize.h). They hold no code, no state and no token.
#pragma once

#include <string>
#include <string_view>

namespace latchkey {

/// For a request that is not the right redirect, while the login goes on waiting. `reason` is our own half sentence
/// about the request: "it has no state". Names no account: whoever asks may be a stranger.
[[nodiscard]] std::string refused_page(std::string_view reason);
/// For a request that comes once the login has ended.
[[nodiscard]] std::string over_page(std::string_view reason);

}  // namespace latchkey
