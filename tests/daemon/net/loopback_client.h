// A browser's end of a connection to the loopback listener, raw, so that it can misbehave.
#pragma once

#include <gmock/gmock.h>

#include <boost/asio/steady_timer.hpp>
#include <string>
#include <vector>

#include "daemon/adapters/loopback_listener.h"
#include "tests/daemon/net/event_loop.h"
#include "tests/daemon/net/scripted_server.h"

namespace latchkey::testing_net {

inline task<tcp::socket> connect_to(std::uint16_t port) {
  tcp::socket socket(co_await asio::this_coro::executor);
  const tcp::endpoint there(asio::ip::address_v4::loopback(), port);
  co_await socket.async_connect(there, asio::use_awaitable);
  co_return socket;
}

/// Sends `text` and reads to the end of the connection.
inline task<std::string> ask(std::uint16_t port, std::string text) {
  tcp::socket socket = co_await connect_to(port);
  co_await asio::async_write(socket, asio::buffer(text), asio::as_tuple(asio::use_awaitable));
  co_return co_await read_all(socket);
}

class LoopbackFixture : public testing::Test {
 protected:
  LoopbackFixture() {
    settings.patience.io = std::chrono::milliseconds(200);
    settings.patience.goodbye = std::chrono::milliseconds(100);
    settings.on_trouble = [this](std::string_view sentence) { troubles.emplace_back(sentence); };
    reply.status = 200;
    reply.page = "<p>hello</p>";
  }

  /// A listener that keeps each request and gives `reply`.
  std::unique_ptr<redirect_listener> listen() {
    return listen_with([this](redirect_request request) -> task<redirect_answer> {
      requests.push_back(std::move(request));
      co_return reply;
    });
  }
  std::unique_ptr<redirect_listener> listen_with(redirect_handler handler) {
    loopback_listeners listeners(io.get_executor(), settings);
    auto listener = listeners.listen(loopback_redirect{}, std::move(handler));
    EXPECT_TRUE(listener) << listener.error().message;
    return std::move(*listener);
  }
  /// What comes back for `text` on a new connection to a new listener.
  std::string answer_to(const std::string& text) {
    const auto listener = listen();
    return run(io, ask(listener->port(), text));
  }

  asio::io_context io;
  loopback_settings settings;
  redirect_answer reply;
  std::vector<redirect_request> requests;
  std::vector<std::string> troubles;
};

}  // namespace latchkey::testing_net
