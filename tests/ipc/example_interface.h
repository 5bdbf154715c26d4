// A small interface for the tests of the server: answers at once, waits for good, streams, fails.
#pragma once

#include <atomic>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <new>
#include <stdexcept>
#include <string>

#include "ipc/varlink_server.h"

namespace latchkey::support {

/// What the handlers saw; outlives the server.
struct example_log {
  std::atomic<int> echoed = 0;
  std::atomic<int> waiting = 0;  ///< Calls of Wait that have begun and not ended.
  std::atomic<int> begun = 0;
  std::atomic<int> noted = 0;
};

inline constexpr std::string_view example_description = R"(interface org.example.test
method Echo(text: string) -> (text: string)
method Wait() -> ()
method WaitForEither() -> ()
method Note() -> ()
method Count(to: int) -> (number: int)
method Flood(bytes: int) -> (text: string)
method Fail() -> ()
method Unwritten() -> ()
)";

namespace example {

using boost::asio::awaitable;
using varlink::answer;
using varlink::call;

inline awaitable<answer> echo(call& request, example_log& log) {
  ++log.echoed;
  answer reply;
  reply.parameters = request.parameters;
  co_return reply;
}

// Until it is cancelled.
inline awaitable<answer> wait(call&, example_log& log) {
  struct counted {
    std::atomic<int>& count;
    explicit counted(std::atomic<int>& waiting) : count(waiting) { ++count; }
    ~counted() { --count; }
  } const counted(log.waiting);
  ++log.begun;
  boost::asio::steady_timer forever(co_await boost::asio::this_coro::executor);
  forever.expires_at(boost::asio::steady_timer::time_point::max());
  co_await forever.async_wait(boost::asio::use_awaitable);
  co_return answer();
}

// Until both that it waits for are cancelled.
inline awaitable<answer> wait_for_either(call& request, example_log& log) {
  using namespace boost::asio::experimental::awaitable_operators;
  co_await (wait(request, log) || wait(request, log));
  co_return answer();
}

inline awaitable<answer> count(call& request, example_log&) {
  const int to = request.parameters.value("to", 1);
  answer reply;
  for (int number = 1; number < to; ++number) {
    reply.parameters["number"] = number;
    co_await request.continue_with(reply.parameters);
  }
  reply.parameters["number"] = to;
  co_return reply;
}

inline awaitable<answer> flood(call& request, example_log&) {
  answer reply;
  reply.parameters["text"] = std::string(request.parameters.value("bytes", std::size_t{1}), 'x');
  co_return reply;
}

inline awaitable<answer> note(call&, example_log& log) {
  ++log.noted;
  co_return answer();
}

inline awaitable<answer> fail(call& request, example_log&) {
  if (request.parameters.contains("memory")) throw std::bad_alloc();
  throw std::runtime_error("a bug in the handler");
  co_return answer();
}

}  // namespace example

inline varlink::interface example_interface(example_log& log) {
  varlink::interface offered {
    "org.example.test", std::string(example_description), {}
  };
  const auto add = [&](const char* name, auto handler, bool streams) {
    varlink::method added;
    added.handle = [handler, &log](varlink::call& request) { return handler(request, log); };
    added.streams = streams;
    offered.methods[name] = added;
  };
  add("Echo", example::echo, false);
  add("Wait", example::wait, false);
  add("WaitForEither", example::wait_for_either, false);
  add("Note", example::note, false);
  add("Count", example::count, true);
  add("Flood", example::flood, false);
  add("Fail", example::fail, false);
  return offered;
}

}  // namespace latchkey::support
