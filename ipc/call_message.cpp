#include "ipc/call_message.h"

#include <cstdint>
#include <string>
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

// So that most replies never move to a larger buffer: a token is then nowhere but in the reply's own.
std::size_t room_for(const answer& reply) {
  constexpr std::size_t all_but_long_strings = 512;
  std::size_t room = all_but_long_strings;
  for (const json& member : reply.parameters)
    if (member.is_string()) room += member.get_ref<const std::string&>().size();
  return room;
}

// 1 for a byte that JSON text holds otherwise, or may not hold alone.
unsigned char is_odd(char c) {
  return static_cast<unsigned char>((c < 0x20) | (c == 0x7F) | (c == '"') | (c == '\\'));
}

bool is_plain(std::string_view text) {
  constexpr std::size_t block = 64;  // A loop of fixed length, which the compiler turns into a few vector instructions.
  unsigned char odd = 0;
  for (; text.size() >= block; text.remove_prefix(block))
    for (std::size_t i = 0; i < block; ++i) odd |= is_odd(text[i]);
  for (const char c : text) odd |= is_odd(c);
  return odd == 0;
}

std::string dumped(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

void append_string(std::string& text, const std::string& content) {
  if (is_plain(content))
    text.append("\"").append(content).append("\"");
  else
    text.append(dumped(json(content)));
}

// What json::dump() writes. That looks at each byte of a string several times, which for a token of some KiB takes
// longer than the rest of the call; a token has no byte to escape, so here it is copied whole.
void append(std::string& text, const json& value) {
  const char* separator = "";
  if (value.is_string()) {
    append_string(text, value.get_ref<const std::string&>());
  } else if (value.is_object()) {
    text += '{';
    for (const auto& [name, member] : value.get_ref<const json::object_t&>()) {
      append_string(text.append(std::exchange(separator, ",")), name);
      append(text += ':', member);
    }
    text += '}';
  } else if (value.is_array()) {
    text += '[';
    for (const json& item : value) append(text.append(std::exchange(separator, ",")), item);
    text += ']';
  } else if (value.is_number_integer()) {
    text.append(value.is_number_unsigned() ? std::to_string(value.get<std::uint64_t>())
                                           : std::to_string(value.get<std::int64_t>()));
  } else {
    text.append(dumped(value));
  }
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

std::string encode_reply(const answer& reply, reply_place place) {
  std::string text;
  text.reserve(room_for(reply));
  text += '{';
  if (!reply.error.empty()) {
    append_string(text.append("\"error\":"), reply.error);
    text += ',';
  }
  append(text.append("\"parameters\":"), reply.parameters);
  if (place == reply_place::continues) text.append(",\"continues\":true");
  text.append("}").push_back('\0');
  return text;
}

}  // namespace latchkey::varlink
