// What the broker's handlers share: faults as answers, accounts and providers as the interface shows them.
#pragma once

#include "core/error.h"
#include "daemon/provider_catalog.h"
#include "ipc/messages.h"
#include "ipc/varlink_server.h"

namespace latchkey {

/// A fault as the declared error; a decoder's complaint about a parameter as org.varlink.service.InvalidParameter.
[[nodiscard]] varlink::answer refuse(const fault& why);
/// The same, with "account NAME: " before the message where it does not name the account yet.
[[nodiscard]] varlink::answer refuse(fault why, std::string_view account_name);
[[nodiscard]] ipc::provider_info describe(const listed_provider& shown);

}  // namespace latchkey
