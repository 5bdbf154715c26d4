// Login on a device without a browser (RFC 8628): one linear coroutine from the code to the stored grant.
#pragma once

#include "daemon/login_order.h"

namespace latchkey {

/// Logs in. Tells user_code once, then retrying whenever the provider cannot be asked. Cancelling it ends the
/// questions at once; a token that a question under way still brings is kept. Errors: bad_request where the provider
/// has no device flow; login_expired, login_failed, access_denied, temporarily_unavailable, store_locked,
/// provider_error.
task<result<>> login_device(ports world, login_order order);

}  // namespace latchkey
