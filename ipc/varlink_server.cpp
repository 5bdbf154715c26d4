#include "ipc/varlink_server.h"

#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/multiple_exceptions.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>
#include <cstring>
#include <unordered_set>
#include <utility>

#include "ipc/descriptor_reserve.h"
#include "ipc/routes.h"
#include "ipc/session.h"

namespace latchkey::varlink {

namespace asio = boost::asio;
using asio::local::stream_protocol;
using boost::system::error_code;

namespace {

// Where the system has no descriptor or memory left and no connection of ours ends: how long until the next try.
constexpr std::chrono::seconds starved_pause{1};

std::optional<peer> peer_of(int socket) {
  ucred credentials{};
  socklen_t size = sizeof credentials;
  if (::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0) return std::nullopt;
  return peer{credentials.uid, credentials.gid, credentials.pid};
}

// Ends that are no trouble: the client left, or the server ended the session itself.
bool is_ordinary(const error_code& code) {
  return code == asio::error::operation_aborted || code == asio::error::broken_pipe ||
         code == asio::error::connection_reset || code == asio::error::eof;
}

std::string describe(const std::exception_ptr& thrown) {
  try {
    std::rethrow_exception(thrown);
  } catch (const asio::multiple_exceptions& each) {  // A handler that waited for several things at once.
    return describe(each.first_exception());
  } catch (const boost::system::system_error& failure) {
    return is_ordinary(failure.code()) ? std::string() : printable(failure.what());
  } catch (const std::exception& failure) {
    return "its handler failed: " + printable(failure.what());
  } catch (...) {
    return "its handler failed";
  }
}

enum class accepting { later, starved };

}  // namespace

struct server::state {
  state(asio::io_context& io, server& owning, service_info info, std::vector<interface> interfaces)
      : context(io),
        owner(&owning),
        table(std::move(info), std::move(interfaces)),
        acceptor(io),
        room(io),
        reserve(io) {}

  static asio::awaitable<void> accept_all(std::shared_ptr<state> self);
  static accepting accept_waiting(const std::shared_ptr<state>& self);
  static void serve(const std::shared_ptr<state>& self, unique_fd connected);
  static void admit(const std::shared_ptr<state>& self, unique_fd connected, const peer& who);
  void ended(const std::shared_ptr<session>& which, const std::exception_ptr& thrown);
  void trouble(std::string_view sentence) const {
    if (owner != nullptr && owner->on_trouble) owner->on_trouble(sentence);
  }
  void stop() noexcept {
    stopping = true;
    error_code ignored;  // Nothing is listened on afterwards, whatever the system says.
    acceptor.close(ignored);
    room.cancel();
  }

  asio::io_context& context;
  server* owner;
  routes table;
  server_limits bounds;
  stream_protocol::acceptor acceptor;
  asio::steady_timer room;  // Cancelled when a connection ends: whoever waits for room looks again.
  descriptor_reserve reserve;
  std::unordered_set<std::shared_ptr<session>> sessions;
  connection_number last_connection = 0;
  bool stopping = false;
};

asio::awaitable<void> server::state::accept_all(std::shared_ptr<state> self) {
  bool starved_before = false;
  while (!self->stopping) {
    const bool full = self->sessions.size() >= self->bounds.connections;
    bool starved = false;
    if (!full) {
      const auto [failed] =
          co_await self->acceptor.async_wait(stream_protocol::acceptor::wait_read, asio::as_tuple(asio::use_awaitable));
      if (failed || self->stopping) break;
      starved = accept_waiting(self) == accepting::starved;
    }
    if (starved && !starved_before)
      self->trouble("no descriptor or memory is left: new connections wait until others end");
    starved_before = starved;
    if (!full && !starved) continue;
    self->room.expires_after(starved ? std::chrono::steady_clock::duration(starved_pause)
                                     : std::chrono::steady_clock::duration(std::chrono::hours(24)));
    co_await self->room.async_wait(asio::as_tuple(asio::use_awaitable));
  }
}

// Takes all who wait in the listen queue, as far as there is room.
accepting server::state::accept_waiting(const std::shared_ptr<state>& self) {
  while (self->sessions.size() < self->bounds.connections) {
    unique_fd connected(::accept4(self->acceptor.native_handle(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (!connected && errno == EAGAIN) return accepting::later;
    if (!connected && (errno == ECONNABORTED || errno == EINTR)) continue;
    if (!connected) return accepting::starved;
    try {
      serve(self, std::move(connected));
    } catch (const std::exception& failure) {  // Out of memory: this connection is closed, the others go on.
      self->trouble("a connection could not be served: " + printable(failure.what()));
      return accepting::starved;
    }
  }
  return accepting::later;
}

void server::state::serve(const std::shared_ptr<state>& self, unique_fd connected) {
  const auto who = peer_of(connected.get());
  if (who && who->uid == self->bounds.uid) return admit(self, std::move(connected), *who);
  const std::string refusal =
      encode_reply(answer{"org.varlink.service.PermissionDenied", nlohmann::json::object()}, reply_place::last);
  // A new socket's buffer is empty; and who is refused has no right to an answer.
  (void)!::send(connected.get(), refusal.data(), refusal.size(), MSG_NOSIGNAL);
  self->trouble("a connection of uid " + (who ? std::to_string(who->uid) : "unknown") + " was refused");
}

void server::state::admit(const std::shared_ptr<state>& self, unique_fd connected, const peer& who) {
  self->reserve.grow_for(self->sessions.size() + 1);
  stream_protocol::socket socket(self->context);
  socket.assign(stream_protocol(), connected.get());
  connected.release();
  socket.non_blocking(true);
  const session::party party{who, ++self->last_connection};
  if (self->owner != nullptr && self->owner->on_opened)
    self->owner->on_opened(party.number, who, socket.native_handle());
  const auto admitted = std::make_shared<session>(std::move(socket), party, self->table, self->bounds);
  self->sessions.insert(admitted);
  auto over = [self, admitted](const std::exception_ptr& thrown) { self->ended(admitted, thrown); };
  asio::co_spawn(self->context, session::run(admitted),
                 asio::bind_cancellation_slot(admitted->slot(), std::move(over)));
}

void server::state::ended(const std::shared_ptr<session>& which, const std::exception_ptr& thrown) {
  which->close();
  std::string why = which->trouble();
  if (why.empty() && thrown) why = describe(thrown);
  if (!why.empty())
    trouble("the connection of process " + std::to_string(which->who().other_end.pid) + " was closed: " + why);
  sessions.erase(which);
  if (owner != nullptr && owner->on_closed) owner->on_closed(which->who().number);
  room.cancel();
  // The coroutine that ends here still refers to the session's cancellation slot.
  asio::post(context, [last = which] {});
}

server::server(asio::io_context& context, unique_fd listening, service_info info, std::vector<interface> interfaces)
    : state_(std::make_shared<state>(context, *this, std::move(info), std::move(interfaces))) {
  state_->acceptor.assign(stream_protocol(), listening.get());
  listening.release();
  state_->acceptor.non_blocking(true);
}

server::~server() {
  state_->owner = nullptr;
  state_->stop();
  const auto left = state_->sessions;
  for (const auto& each : left) each->cancel();
}

void server::start(const server_limits& limits) {
  state_->bounds = limits;
  asio::co_spawn(state_->context, state::accept_all(state_), [self = state_](const std::exception_ptr& thrown) {
    if (thrown) self->trouble("no connection is accepted any more: " + describe(thrown));
  });
}

void server::stop_accepting() {
  state_->stop();
  const auto open = state_->sessions;
  for (const auto& each : open) each->finish();
}

std::size_t server::connections() const noexcept {
  return state_->sessions.size();
}

}  // namespace latchkey::varlink
