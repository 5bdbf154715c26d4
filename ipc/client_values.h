// The messages as the values of the public client.h, and faults as its exception. Used by client.cpp alone.
#pragma once

#include <string>
#include <vector>

#include "core/error.h"
#include "ipc/dpop_messages.h"
#include "ipc/fast_api_key_messages.h"
#include "ipc/messages.h"
#include "latchkey/client.h"

namespace latchkey {

/// Throws client_error for `why`; the account's name goes into the advice where it is known.
[[noreturn]] void throw_client_error(const fault& why, const std::string& account);

[[nodiscard]] account to_account(ipc::account_info&& info);
[[nodiscard]] std::vector<account> to_accounts(std::vector<ipc::account_info>&& infos);
[[nodiscard]] token to_token(ipc::get_token_reply&& reply);
[[nodiscard]] login_step to_login_step(ipc::login_step&& step);
[[nodiscard]] provider_description to_provider(ipc::provider_info&& info);
[[nodiscard]] provider_check to_provider_check(ipc::provider_check_reply&& reply);
[[nodiscard]] api_key to_api_key(ipc::fast_api_key_info&& info);
[[nodiscard]] daemon_status to_status(ipc::status_reply&& reply);
/// Empty members are left out.
[[nodiscard]] ipc::new_account to_message(const new_account& account);
[[nodiscard]] ipc::sign_dpop_call to_message(const std::string& account, const dpop_request& request);
[[nodiscard]] ipc::fast_api_key_wish_info to_message(const api_key_wish& wish);

}  // namespace latchkey
