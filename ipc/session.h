// One connection: reads a call, has it handled, writes the reply, and so on until an end. Made by the server for each
// accepted socket; never handles two calls at once.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <string>
#include <string_view>

#include "ipc/call_message.h"
#include "ipc/inbox.h"
#include "ipc/routes.h"
#include "ipc/varlink_server.h"

namespace latchkey::varlink {

class session {
 public:
  using socket_type = boost::asio::local::stream_protocol::socket;

  /// Who is connected, and the connection's number in this server.
  struct party {
    peer other_end;
    connection_number number = 0;
  };

  /// `where` and `limits` outlive it.
  session(socket_type socket, const party& who, const routes& where, const server_limits& limits);
  session(const session&) = delete;
  session& operator=(const session&) = delete;

  /// Serves `self` until its connection is over. Throws system_error where that came by a broken connection or by
  /// cancellation, and whatever a handler throws. Spawn it with slot(), and keep it alive until that is complete.
  static boost::asio::awaitable<void> run(std::shared_ptr<session> self);
  [[nodiscard]] boost::asio::cancellation_slot slot() noexcept { return cancellation_.slot(); }
  /// Ends it now, with the call that is being handled.
  void cancel();
  /// Ends it once the call that is being handled is answered; now where there is none.
  void finish();
  /// To be called when run() is over: no event reaches this object any more.
  void close() noexcept;
  /// Why it ended, as a sentence for the log; empty where that is nobody's business.
  [[nodiscard]] const std::string& trouble() const noexcept { return trouble_; }
  [[nodiscard]] const party& who() const noexcept { return who_; }

 private:
  enum class patience { none, message, reply };

  void watch_for_hangup();
  void hung_up();
  boost::asio::awaitable<bool> receive();
  boost::asio::awaitable<bool> serve_next();
  boost::asio::awaitable<answer> handle(call_message& message);
  boost::asio::awaitable<void> send(answer reply, reply_place place);
  boost::asio::awaitable<void> send_rest(std::string_view bytes);
  void start_deadline(patience what);
  void stop_deadline();
  void deadline_passed();

  socket_type socket_;
  party who_;
  const routes& routes_;
  const server_limits& limits_;
  inbox inbox_;
  boost::asio::steady_timer deadline_;
  boost::asio::cancellation_signal cancellation_;
  std::weak_ptr<session> self_;
  std::string trouble_;
  patience awaited_ = patience::none;
  bool busy_ = false;       // From a call's last byte to its reply's.
  bool abortable_ = false;  // A handler runs whose answer somebody waits for.
  bool watched_ = false;    // For a hang-up.
  bool gone_ = false;       // The peer has closed both directions: nobody reads any more.
  bool finishing_ = false;
  bool over_ = false;
};

}  // namespace latchkey::varlink
