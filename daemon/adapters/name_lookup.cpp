#include "daemon/adapters/name_lookup.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <memory>
#include <optional>

#include "daemon/adapters/network_fault.h"

namespace latchkey {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

// getaddrinfo(3) cannot be interrupted, so the lookup is shared with its waiter, who may leave first.
struct lookup {
  explicit lookup(const asio::any_io_executor& executor) : resolver(executor), done(executor) {}
  tcp::resolver resolver;
  asio::steady_timer done;
  std::optional<error_code> failure;
  addresses found;
};

}  // namespace

task<result<addresses>> look_up_name(std::string host, std::uint16_t port, deadline until) {
  addresses known;
  error_code not_numeric;
  if (const auto address = asio::ip::make_address(host, not_numeric); !not_numeric) known.emplace_back(address, port);
  if (host == "localhost") {
    known.emplace_back(asio::ip::address_v4::loopback(), port);
    known.emplace_back(asio::ip::address_v6::loopback(), port);
  }
  if (!known.empty()) co_return known;

  const auto asked = std::make_shared<lookup>(co_await asio::this_coro::executor);
  asked->done.expires_at(until);
  asked->resolver.async_resolve(host, std::to_string(port),
                                [asked](const error_code& ec, const tcp::resolver::results_type& results) {
                                  asked->failure = ec;
                                  for (const auto& entry : results) asked->found.push_back(entry.endpoint());
                                  asked->done.cancel();
                                });
  const auto [ec] = co_await asked->done.async_wait(asio::as_tuple(asio::use_awaitable));
  if (!asked->failure) {
    const error_code why = ec ? ec : error_code(asio::error::timed_out);
    co_return name_fault(why, host);
  }
  if (*asked->failure || asked->found.empty()) co_return name_fault(*asked->failure, host);
  co_return asked->found;
}

}  // namespace latchkey
