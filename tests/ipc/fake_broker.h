// io.latchkey.Broker with canned answers, through the real server, for clients in any language. Every call and every
// reply is held to the interface file.
#pragma once

#include <atomic>
#include <mutex>
#include <optional>
#include <string>

#include "ipc/fast_api_key_messages.h"
#include "ipc/messages.h"
#include "ipc/varlink_server.h"

namespace latchkey::support {

/// What the broker saw; outlives the server.
struct fake_broker_log {
  std::atomic<int> watching = 0;  ///< Watch calls that have begun and not ended.
  std::atomic<int> logins = 0;    ///< Login calls that wait for a person.
  std::atomic<bool> locked = false;
  std::mutex mutex;
  std::optional<ipc::new_account> added;
  std::optional<ipc::fast_api_key_wish_info> wished;
  std::optional<ipc::call_exchange_call> called;
  std::string mismatches;  ///< What did not fit the interface file.
};

/// The account "work" has a token; "locked", "offline", "narrow" and "broken" each have their error; there is no other.
/// A login of "work" is done at once, one of "denied" fails, one of "anothers" unless another user is accepted, one of
/// "patient" waits for good. Watch tells the state of "work", that it was refreshed, and waits.
[[nodiscard]] varlink::interface fake_broker(fake_broker_log& log);

}  // namespace latchkey::support
