// Runs one coroutine on an io_context until it has ended, with a limit so that a hanging test fails by itself.
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <exception>
#include <optional>
#include <stdexcept>
#include <type_traits>

#include "daemon/ports.h"

namespace latchkey::testing_net {

inline constexpr std::chrono::seconds patience{20};

/// The coroutine's result; throws what it threw, and std::runtime_error where it did not end in time.
template <class T>
T run(boost::asio::io_context& io, task<T> work) {
  std::optional<T> value;
  std::exception_ptr failure;
  bool ended = false;
  boost::asio::co_spawn(io, std::move(work), [&](std::exception_ptr thrown, T produced) {
    failure = thrown;
    if (!thrown) value.emplace(std::move(produced));
    ended = true;
    io.stop();
  });
  io.restart();
  io.run_for(patience);
  if (failure) std::rethrow_exception(failure);
  if (!ended) throw std::runtime_error("the coroutine has not ended in time");
  return std::move(*value);
}

inline void run(boost::asio::io_context& io, task<> work) {
  const auto to_value = [](task<> inner) -> task<bool> {
    co_await std::move(inner);
    co_return true;
  };
  run(io, to_value(std::move(work)));
}

}  // namespace latchkey::testing_net
