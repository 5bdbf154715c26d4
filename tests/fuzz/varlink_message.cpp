// What a program sends to the daemon's socket, in pieces: cut into messages, each read as a call.
#include "core/limits.h"
#include "ipc/call_message.h"
#include "ipc/inbox.h"
#include "tests/fuzz/input.h"

namespace {

using namespace latchkey;

// Says how many bytes of `sent` the messages at hand have; each must be the next part of it.
std::size_t take_messages(varlink::inbox& inbox, std::string_view sent) {
  std::size_t taken = 0;
  while (const auto message = inbox.next()) {
    fuzz::require(message->size() <= limits::ipc_message && sent.substr(taken).starts_with(*message));
    taken += message->size() + 1;
    const auto call = varlink::parse_call(*message);
    if (!call) fuzz::require_said(call.error());
    if (call) fuzz::require(call->parameters.is_object());
    inbox.discard();
  }
  return taken;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const auto sent = fuzz::as_text(data + 1, size - 1);
  const std::size_t piece = 1U + data[0];
  varlink::inbox inbox(limits::ipc_message);
  std::size_t taken = 0;
  for (std::size_t at = 0; at < sent.size();) {
    const auto room = inbox.room();
    fuzz::require(!room.empty());
    const std::size_t count = std::min({piece, room.size(), sent.size() - at});
    std::copy_n(sent.data() + at, count, room.data());
    inbox.received(count);
    at += count;
    taken += take_messages(inbox, sent.substr(taken));
    if (inbox.too_long()) return 0;
  }
  fuzz::require(taken == (sent.rfind('\0') == std::string_view::npos ? 0 : sent.rfind('\0') + 1));
  fuzz::require(inbox.incomplete() == (taken < sent.size()));
  return 0;
}
