// Calls and replies as they are on the wire (https://varlink.org/Method-Call). Used by the session.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "core/error.h"
#include "ipc/varlink_server.h"

namespace latchkey::varlink {

/// One message as it came.
struct call_message {
  std::string method;  ///< With the interface.
  nlohmann::json parameters = nlohmann::json::object();
  bool more = false;
  bool oneway = false;
  std::string unacceptable;  ///< The member that keeps the call from being made; empty where it is well.
};

/// Errors: bad_request where the text is no JSON object; nothing after it can be trusted then.
[[nodiscard]] result<call_message> parse_call(std::string_view text);

enum class reply_place { last, continues };
/// The reply with its NUL.
[[nodiscard]] std::string encode_reply(const answer& reply, reply_place place);

}  // namespace latchkey::varlink
