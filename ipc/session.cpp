#include "ipc/session.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <stdexcept>
#include <utility>

#include "core/secret.h"

namespace latchkey::varlink {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

// The bytes of a reply, which may hold a token: wiped however the writing ends.
struct wiped_text {
  std::string bytes;
  explicit wiped_text(std::string text) : bytes(std::move(text)) {}
  wiped_text(const wiped_text&) = delete;
  wiped_text& operator=(const wiped_text&) = delete;
  ~wiped_text() { wipe(bytes); }
};

}  // namespace

session::session(socket_type socket, const party& who, const routes& where, const server_limits& limits)
    : socket_(std::move(socket)),
      who_(who),
      routes_(where),
      limits_(limits),
      inbox_(limits.message_bytes),
      deadline_(socket_.get_executor()) {}

asio::awaitable<void> session::run(std::shared_ptr<session> self) {
  self->self_ = self;
  for (bool goes_on = true; goes_on && !self->finishing_; self->busy_ = false) {
    if (!co_await self->receive()) break;
    self->busy_ = true;
    goes_on = co_await self->serve_next();
  }
}

// From the first call that may have to wait to the connection's end: the kernel reports EPOLLHUP, which is what
// wait_error waits for, once both directions are closed. A client that only stopped sending (shutdown(SHUT_WR)) does
// not cause it. Not earlier, because beside such a wait every read costs one system call more.
void session::watch_for_hangup() {
  if (std::exchange(watched_, true)) return;
  socket_.async_wait(socket_type::wait_error, [weak = self_](error_code failed) {
    const auto watched = weak.lock();
    if (!failed && watched) watched->hung_up();
  });
}

void session::hung_up() {
  gone_ = true;
  if (abortable_) cancel();
}

void session::cancel() {
  if (!over_) cancellation_.emit(asio::cancellation_type::terminal);
}

void session::finish() {
  finishing_ = true;
  if (!busy_) cancel();
}

void session::close() noexcept {
  over_ = true;
  error_code ignored;  // The connection is over either way.
  socket_.close(ignored);
  deadline_.cancel();
}

// True once a whole message is there.
asio::awaitable<bool> session::receive() {
  while (!inbox_.next()) {
    if (inbox_.too_long()) {
      trouble_ = "it sent a message of more than " + std::to_string(limits_.message_bytes) + " bytes";
      co_await send(invalid_parameter("message"), reply_place::last);
      co_return false;
    }
    if (inbox_.incomplete() && awaited_ == patience::none) start_deadline(patience::message);
    const auto room = inbox_.room();
    const auto [failed, bytes] =
        co_await socket_.async_read_some(asio::buffer(room.data(), room.size()), asio::as_tuple(asio::use_awaitable));
    if (failed) co_return false;
    inbox_.received(bytes);
  }
  stop_deadline();
  co_return true;
}

// False where the connection cannot go on.
asio::awaitable<bool> session::serve_next() {
  auto message = parse_call(inbox_.next().value());
  inbox_.discard();
  if (!message) {
    trouble_ = message.error().message;
    co_await send(invalid_parameter("message"), reply_place::last);
    co_return false;
  }
  // Nobody would see the answer, or could end the call by hanging up.
  if (gone_ && !message->oneway) co_return true;
  answer reply = co_await handle(*message);
  if (!message->oneway) co_await send(std::move(reply), reply_place::last);
  co_return true;
}

asio::awaitable<answer> session::handle(call_message& message) {
  if (!message.unacceptable.empty()) co_return invalid_parameter(message.unacceptable);
  auto found = routes_.find(message.method);
  if (found.target == nullptr) co_return std::move(found.problem);
  if (found.target->streams && !message.more)
    co_return answer{"org.varlink.service.ExpectedMore", nlohmann::json::object()};

  call request;
  request.method = message.method.substr(message.method.rfind('.') + 1);
  request.parameters = std::move(message.parameters);
  request.more = message.more;
  request.oneway = message.oneway;
  request.peer = who_.other_end;
  request.connection = who_.number;
  request.continue_with = [this, more = message.more](nlohmann::json parameters) {
    if (!more) throw std::logic_error("continue_with() in a call without `more`");
    return send(answer{{}, std::move(parameters)}, reply_place::continues);
  };
  if (found.target->answer_now) {
    if (auto reply = found.target->answer_now(request)) co_return std::move(*reply);
  }
  watch_for_hangup();
  abortable_ = !message.oneway;
  answer reply = co_await found.target->handle(request);
  abortable_ = false;
  co_return reply;
}

asio::awaitable<void> session::send(answer reply, reply_place place) {
  const wiped_text text(encode_reply(reply, place));
  error_code failed;
  // The socket's buffer has room for nearly every reply: no wait, no timer.
  const std::size_t written = socket_.write_some(asio::buffer(text.bytes), failed);
  if (failed && failed != asio::error::would_block) throw boost::system::system_error(failed);
  if (written < text.bytes.size()) co_await send_rest(std::string_view(text.bytes).substr(written));
}

asio::awaitable<void> session::send_rest(std::string_view bytes) {
  start_deadline(patience::reply);
  co_await asio::async_write(socket_, asio::buffer(bytes), asio::use_awaitable);
  stop_deadline();
}

void session::start_deadline(patience what) {
  awaited_ = what;
  deadline_.expires_after(limits_.message_timeout);
  deadline_.async_wait([weak = self_](error_code failed) {
    const auto waiting = weak.lock();
    if (!failed && waiting) waiting->deadline_passed();
  });
}

void session::stop_deadline() {
  if (awaited_ == patience::none) return;
  awaited_ = patience::none;
  deadline_.cancel();
}

void session::deadline_passed() {
  // It may have been stopped, or moved, after it was due and before this ran.
  if (awaited_ == patience::none || deadline_.expiry() > std::chrono::steady_clock::now()) return;
  trouble_ = awaited_ == patience::message ? "it began a message and did not end it in time"
                                           : "it did not read its replies in time";
  cancel();
}

}  // namespace latchkey::varlink
