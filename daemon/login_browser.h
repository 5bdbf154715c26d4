// Login in the system browser (RFC 8252, 7636, 9207): one linear coroutine from the listener to the stored grant.
#pragma once

#include "daemon/login_order.h"

namespace latchkey {

/// Logs in. Cancelling it before the redirect closes the listener and leaves nothing behind; after the redirect the
/// exchange goes on to its end. Errors: login_expired, login_failed, access_denied, temporarily_unavailable (port,
/// network), store_locked, provider_error.
task<result<>> login_browser(boost::asio::any_io_executor executor, ports world, login_order order);

}  // namespace latchkey
