// Login in the system browser (RFC 8252, 7636, 9207): one linear coroutine from the listener to the stored grant.
#pragma once

#include <functional>
#include <memory>

#include "daemon/account.h"
#include "daemon/ports.h"

namespace latchkey {

/// What the person's side is told, in this order: browser_opened or open_url, redirected.
struct login_progress {
  std::string state;
  std::string url;  ///< The authorize URL; not with redirected.
  std::string redirect_uri;
  wall_time expires_at{};  ///< When the login ends by itself.
};

struct login_order {
  std::shared_ptr<account> who;
  provider server;
  scope_list scopes;         ///< All that is asked for.
  bool open_browser = true;  ///< False, or no browser here: the caller opens the URL.
  seconds time_limit{0};
  std::function<task<>(login_progress)> on_progress;
};

/// Logs in. Cancelling it before the redirect closes the listener and leaves nothing behind; after the redirect the
/// exchange goes on to its end. Errors: login_failed, access_denied, temporarily_unavailable (port, network),
/// store_locked, provider_error.
task<result<>> login_browser(boost::asio::any_io_executor executor, ports world, login_order order);

}  // namespace latchkey
