#include "ipc/call_message.h"

#include <utility>

#include "core/bounded_json.h"
#include "core/limits.h"

namespace latchkey::varlink {
namespace {

using nlohmann::json;

// Takes one member of the message. False: it is of the wrong type, or asks for what no server here can do.
bool take(call_message& call, const std::string& name, json& value) {
  // Vendors may add members, named by their domain; a name without a dot belongs to the protocol.
  if (name.find('.') != std::string::npos) return true;
  if (name == "method") {
    if (value.is_string()) call.method = std::move(value.get_ref<std::string&>());
    return !call.method.empty();
  }
  if (name == "parameters") {
    if (!value.is_object()) return false;
    call.parameters = std::move(value);
    return true;
  }
  if (name != "more" && name != "oneway" && name != "upgrade") return false;
  if (!value.is_boolean()) return false;
  const bool set = value.get<bool>();
  if (name == "more") call.more = set;
  if (name == "oneway") call.oneway = set;
  return name != "upgrade" || !set;
}

}  // namespace

result<call_message> parse_call(std::string_view text) {
  auto message = parse_bounded_json("the message", text, limits::ipc_depth);
  if (!message) return message.error();
  if (!message->is_object()) return fault(errc::bad_request, "the message is no JSON object");
  call_message call;
  for (auto& [name, value] : message->items())
    if (!value.is_null() && !take(call, name, value) && call.unacceptable.empty()) call.unacceptable = name;
  if (call.method.empty()) call.unacceptable = "method";
  if (call.more && call.oneway) call.unacceptable = "more";
  return call;
}

std::string encode_reply(answer&& reply, reply_place place) {
  json message = json::object();
  if (!reply.error.empty()) message["error"] = std::move(reply.error);
  message["parameters"] = std::move(reply.parameters);
  if (place == reply_place::continues) message["continues"] = true;
  std::string text = message.dump(-1, ' ', false, json::error_handler_t::replace);
  text.push_back('\0');
  return text;
}

}  // namespace latchkey::varlink
