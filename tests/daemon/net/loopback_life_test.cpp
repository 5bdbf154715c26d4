// How long the listener, its connections and its handlers live, and what happens when there are too many.
#include <unistd.h>

#include <boost/asio/post.hpp>

#include "tests/daemon/net/loopback_client.h"

namespace latchkey::testing_net {
namespace {

using std::chrono::milliseconds;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

const std::string a_request = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";

// A handler that waits for what never comes, and counts those of its coroutines that are still there.
struct endless {
  redirect_handler handler() {
    return [this, token = alive](redirect_request) -> task<redirect_answer> {
      const auto one_more = token;
      asio::steady_timer never(co_await asio::this_coro::executor, asio::steady_timer::time_point::max());
      started = true;
      co_await never.async_wait(asio::use_awaitable);
      co_return redirect_answer();
    };
  }
  task<> wait_for_start() const {
    while (!started) co_await asio::post(asio::use_awaitable);
  }
  // Only this struct holds the token: no handler, no coroutine.
  [[nodiscard]] bool all_gone() const { return alive.use_count() == 1; }

  bool started = false;
  std::shared_ptr<int> alive = std::make_shared<int>(0);
};

class LoopbackLife : public LoopbackFixture {
 protected:
  void let_the_rest_run() {
    io.restart();
    io.run_for(patience);
    EXPECT_TRUE(io.stopped()) << "something still waits";
  }
};

TEST_F(LoopbackLife, L19_AnswersThoughTwoHundredConnectionsSayNothing) {
  const auto listener = listen();
  const auto crowd = [&]() -> task<std::string> {
    std::vector<tcp::socket> silent;
    for (int i = 0; i < 200; ++i) silent.push_back(co_await connect_to(listener->port()));
    co_return co_await ask(listener->port(), a_request);
  };
  EXPECT_THAT(run(io, crowd()), EndsWith("<p>hello</p>"));
}

TEST_F(LoopbackLife, L19_LetsFurtherConnectionsWaitUnaccepted) {
  settings.connections = 2;
  settings.patience.io = patience;
  const auto listener = listen();
  const auto crowd = [&]() -> task<std::string> {
    tcp::socket first = co_await connect_to(listener->port());
    const tcp::socket second = co_await connect_to(listener->port());
    tcp::socket third = co_await connect_to(listener->port());
    co_await write_text(third, a_request);
    asio::steady_timer a_while(io, milliseconds(50));
    co_await a_while.async_wait(asio::use_awaitable);
    EXPECT_EQ(requests.size(), 0U);
    first.close();
    co_return co_await read_all(third);
  };
  EXPECT_THAT(run(io, crowd()), EndsWith("<p>hello</p>"));
}

TEST_F(LoopbackLife, L27_DestructionCancelsAHandlerThatWaits) {
  endless waiting;
  auto listener = listen_with(waiting.handler());
  const auto story = [&]() -> task<std::string> {
    tcp::socket socket = co_await connect_to(listener->port());
    co_await write_text(socket, a_request);
    co_await waiting.wait_for_start();
    listener.reset();
    co_return co_await read_all(socket);
  };
  EXPECT_EQ(run(io, story()), "");
  let_the_rest_run();
  EXPECT_TRUE(waiting.all_gone());
  EXPECT_TRUE(troubles.empty());
}

TEST_F(LoopbackLife, L26_DestructionClosesEveryConnectionAndThePort) {
  auto listener = listen();
  const std::uint16_t port = listener->port();
  const auto story = [&]() -> task<bool> {
    tcp::socket silent = co_await connect_to(port);
    tcp::socket halfway = co_await connect_to(port);
    co_await write_text(halfway, "GET / HT");
    co_await ask(port, a_request);
    listener.reset();
    co_await read_all(silent);
    co_await read_all(halfway);
    tcp::socket late(io);
    const tcp::endpoint there(asio::ip::address_v4::loopback(), port);
    const auto [ec] = co_await late.async_connect(there, asio::as_tuple(asio::use_awaitable));
    co_return ec.failed();
  };
  EXPECT_TRUE(run(io, story()));
  let_the_rest_run();
}

// The connections that were being accepted at that moment are among them: the moment is tried in small steps.
TEST_F(LoopbackLife, L26_NobodyIsAnsweredWhoseConnectionCameAsTheListenerEnded) {
  const auto end_after = [&](int steps) -> task<std::string> {
    auto listener = listen();
    std::vector<tcp::socket> crowd;
    for (int i = 0; i < 4; ++i) {
      crowd.emplace_back(io).connect({asio::ip::address_v4::loopback(), listener->port()});
      co_await write_text(crowd.back(), a_request);
    }
    while (steps-- > 0) co_await asio::post(asio::use_awaitable);
    const std::size_t asked = requests.size();
    listener.reset();
    std::string answers;
    for (tcp::socket& each : crowd) answers += co_await read_all(each);
    EXPECT_EQ(requests.size(), asked);
    co_return answers;
  };
  for (int steps = 0; steps < 12; ++steps)
    EXPECT_THAT(run(io, end_after(steps)), Not(HasSubstr("HTTP/1.1 404"))) << "after " << steps << " steps";
}

TEST_F(LoopbackLife, L27_AHandlerMayDestroyItsOwnListener) {
  std::unique_ptr<redirect_listener> listener;
  listener = listen_with([&](redirect_request) -> task<redirect_answer> {
    listener.reset();
    co_return reply;
  });
  EXPECT_EQ(run(io, ask(listener->port(), a_request)), "");
  let_the_rest_run();
}

TEST_F(LoopbackLife, TheWorldMayEndWhileAHandlerWaits) {
  auto world = std::make_unique<asio::io_context>();
  endless waiting;
  loopback_listeners listeners(world->get_executor(), settings);
  auto listener = listeners.listen(loopback_redirect{}, waiting.handler());
  ASSERT_TRUE(listener);
  const auto story = [&]() -> task<> {
    tcp::socket socket = co_await connect_to((*listener)->port());
    co_await write_text(socket, a_request);
    co_await waiting.wait_for_start();
  };
  run(*world, story());
  listener->reset();
  world.reset();
  EXPECT_TRUE(waiting.all_gone());
}

TEST_F(LoopbackLife, AHandlerThatThrowsIsReportedAndAnswered) {
  const auto listener = listen_with([](redirect_request) -> task<redirect_answer> {
    throw std::runtime_error("broken \x1b[31m");
    co_return redirect_answer();
  });
  EXPECT_THAT(run(io, ask(listener->port(), a_request)), StartsWith("HTTP/1.1 500"));
  EXPECT_THAT(run(io, ask(listener->port(), a_request)), StartsWith("HTTP/1.1 500"));
  ASSERT_FALSE(troubles.empty());
  EXPECT_THAT(troubles.front(), EndsWith("broken \\x1B[31m"));
}

TEST_F(LoopbackLife, AWaitingHandlerHoldsNobodyElseUp) {
  bool first = true;
  asio::steady_timer never(io, asio::steady_timer::time_point::max());
  const auto listener = listen_with([&](redirect_request) -> task<redirect_answer> {
    if (std::exchange(first, false)) co_await never.async_wait(asio::as_tuple(asio::use_awaitable));
    co_return reply;
  });
  const auto story = [&]() -> task<std::string> {
    tcp::socket waiting = co_await connect_to(listener->port());
    co_await write_text(waiting, a_request);
    while (first) co_await asio::post(io, asio::use_awaitable);
    EXPECT_THAT(co_await ask(listener->port(), a_request), EndsWith("<p>hello</p>"));
    never.cancel();
    co_return co_await read_all(waiting);
  };
  EXPECT_THAT(run(io, story()), EndsWith("<p>hello</p>"));
}

TEST_F(LoopbackLife, L25_SaysWhoHoldsTheFixedPortAndWhatToDo) {
  loopback_redirect where;
  where.port = tcp::acceptor(io, tcp::endpoint(asio::ip::address_v4::loopback(), 0)).local_endpoint().port();
  loopback_listeners listeners(io.get_executor(), settings);
  const redirect_handler handler = [](redirect_request) -> task<redirect_answer> { co_return redirect_answer(); };
  auto holder = listeners.listen(where, handler);
  ASSERT_TRUE(holder) << holder.error().message;
  const auto taken = listeners.listen(where, handler);
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().code, errc::temporarily_unavailable);
  EXPECT_THAT(taken.error().message, HasSubstr("port " + std::to_string(where.port)));
  EXPECT_THAT(taken.error().message, HasSubstr("is taken by net_tests (process " + std::to_string(::getpid()) + ")"));
  EXPECT_THAT(taken.error().message, HasSubstr("another port"));

  run(io, ask(where.port, a_request));
  holder->reset();
  const auto free_again = listeners.listen(where, handler);
  ASSERT_TRUE(free_again) << free_again.error().message;
  EXPECT_EQ((*free_again)->port(), where.port);
}

}  // namespace
}  // namespace latchkey::testing_net
