// Parameters of every method, as a client might send them: what is accepted goes on the wire as it came.
#include <nlohmann/json.hpp>

#include "core/bounded_json.h"
#include "core/limits.h"
#include "ipc/dpop_messages.h"
#include "ipc/fast_api_key_messages.h"
#include "ipc/messages.h"
#include "tests/fuzz/input.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace latchkey;
  const auto parsed = parse_bounded_json("message", fuzz::as_text(data, size), limits::ipc_depth);
  if (!parsed) return 0;
  (void)ipc::decode_get_token_call(*parsed);
  (void)ipc::decode_login_call(*parsed);
  if (const auto account = ipc::decode_new_account(*parsed)) {
    const auto again = ipc::decode_new_account(ipc::encode(*account));
    fuzz::require(again.has_value() && again->name == account->name && again->variables == account->variables);
  }
  (void)ipc::decode_logout_call(*parsed);
  (void)ipc::decode_account_name(*parsed);
  (void)ipc::decode_optional("account", *parsed);
  (void)ipc::decode_nothing(*parsed);
  (void)ipc::decode_finish_login_call(*parsed);
  (void)ipc::decode_release_lease_call(*parsed);
  (void)ipc::decode_create_fast_api_key_call(*parsed);
  (void)ipc::decode_update_fast_api_key_call(*parsed);
  (void)ipc::decode_delete_fast_api_key_call(*parsed);
  (void)ipc::decode_call_exchange_call(*parsed);
  (void)ipc::decode_sign_dpop_call(*parsed);
  return 0;
}
