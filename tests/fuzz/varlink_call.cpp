// Parameters of every method, as a client might send them.
#include <nlohmann/json.hpp>

#include "core/bounded_json.h"
#include "core/limits.h"
#include "ipc/messages.h"
#include "tests/fuzz/input.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace latchkey;
  const auto parsed = parse_bounded_json("message", fuzz::as_text(data, size), limits::ipc_depth);
  if (!parsed) return 0;
  (void)ipc::decode_get_token_call(*parsed);
  (void)ipc::decode_login_call(*parsed);
  (void)ipc::decode_new_account(*parsed);
  (void)ipc::decode_logout_call(*parsed);
  (void)ipc::decode_account_name(*parsed);
  (void)ipc::decode_optional("account", *parsed);
  (void)ipc::decode_nothing(*parsed);
  (void)ipc::decode_get_token_reply(*parsed);
  (void)ipc::decode_status_reply(*parsed);
  (void)ipc::decode_accounts(*parsed);
  (void)ipc::decode_providers(*parsed);
  (void)ipc::decode_fault("io.latchkey.Broker.LoginRequired", *parsed);
  return 0;
}
