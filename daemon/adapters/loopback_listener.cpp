#include "daemon/adapters/loopback_listener.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <set>
#include <utility>

#include "daemon/adapters/port_owner.h"

namespace latchkey {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using asio::ip::tcp;
using boost::system::error_code;

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);
constexpr auto never = asio::steady_timer::time_point::max();
constexpr auto at_once = asio::steady_timer::time_point::min();
constexpr std::chrono::milliseconds accept_pause{100};  // When there is no descriptor left for a new connection.

// What the listener's object shares with its coroutines: it lives until the last of them has ended, and the handler
// with it, as a handler's coroutine looks into the handler.
class listening : public std::enable_shared_from_this<listening> {
 public:
  listening(tcp::acceptor acceptor, redirect_handler handler, loopback_settings settings)
      : acceptor_(std::move(acceptor)),
        handler_(std::move(handler)),
        settings_(std::move(settings)),
        slot_free_(acceptor_.get_executor(), never),
        closing_(acceptor_.get_executor(), never) {}

  void start() { spawn(accept_all(shared_from_this())); }

  // Nothing new is read, judged or written after this. A waiting handler is cancelled; its coroutine unwinds soon
  // after.
  void close() noexcept {
    closed_ = true;
    error_code ignored;  // All of it is going away.
    acceptor_.close(ignored);
    for (auto* stream : streams_) stream->close();
    closing_.expires_at(at_once, ignored);
    slot_free_.expires_at(at_once, ignored);
  }

  [[nodiscard]] std::uint16_t port() const {
    error_code ec;
    return acceptor_.local_endpoint(ec).port();
  }

 private:
  // An open connection, among those that close() closes and the limit counts, from accept to the end of its coroutine.
  struct connection {
    connection(std::shared_ptr<listening> owner_, tcp::socket socket)
        : owner(std::move(owner_)), stream(std::move(socket)) {
      owner->streams_.insert(&stream);
    }
    connection(const connection&) = delete;
    connection& operator=(const connection&) = delete;
    ~connection() {
      owner->streams_.erase(&stream);
      if (!owner->closed_) owner->slot_free_.cancel();
    }
    std::shared_ptr<listening> owner;
    beast::tcp_stream stream;
  };

  static task<> accept_all(std::shared_ptr<listening> self) {
    while (!self->closed_) {
      if (self->streams_.size() >= static_cast<std::size_t>(self->settings_.connections)) {
        co_await self->slot_free_.async_wait(as_result);
        continue;
      }
      auto [ec, socket] = co_await self->acceptor_.async_accept(as_result);
      if (self->closed_) break;  // One may have been accepted just before.
      if (!ec)
        self->spawn(serve(std::make_unique<connection>(self, std::move(socket))));
      else
        co_await self->pause();
    }
  }

  static task<> serve(std::unique_ptr<connection> open) {
    listening& self = *open->owner;
    const redirect_handler guarded = [&self](redirect_request request) { return self.judge(std::move(request)); };
    co_await serve_redirect(open->stream, guarded, self.settings_.patience);
  }

  // The handler, or nothing more once the listener is closed. `||` waits for the handler to have unwound.
  task<redirect_answer> judge(redirect_request request) {
    using namespace asio::experimental::awaitable_operators;
    redirect_answer answer;
    std::exception_ptr failure;
    const auto self = shared_from_this();
    if (!closed_) co_await (ask_handler(self, std::move(request), answer, failure) || closing_.async_wait(as_result));
    if (failure && !closed_) std::rethrow_exception(failure);
    co_return answer;
  }

  // `||` takes an exception for a loss and goes on waiting for the other side, so none leaves here.
  static task<> ask_handler(std::shared_ptr<listening> self, redirect_request request, redirect_answer& answer,
                            std::exception_ptr& failure) {
    try {
      answer = co_await self->handler_(std::move(request));
    } catch (...) {
      failure = std::current_exception();
    }
  }

  task<> pause() {
    asio::steady_timer timer(acceptor_.get_executor(), accept_pause);
    co_await timer.async_wait(as_result);
  }

  void spawn(task<> work) {
    asio::co_spawn(acceptor_.get_executor(), std::move(work), [self = shared_from_this()](std::exception_ptr failure) {
      if (failure && self->settings_.on_trouble) self->report(std::move(failure));
    });
  }

  void report(std::exception_ptr failure) const {
    try {
      std::rethrow_exception(std::move(failure));
    } catch (const std::exception& why) {
      settings_.on_trouble("a connection at the login's listener ended by a bug: " + printable(why.what()));
    }
  }

  tcp::acceptor acceptor_;
  redirect_handler handler_;
  loopback_settings settings_;
  asio::steady_timer slot_free_;
  asio::steady_timer closing_;
  std::set<beast::tcp_stream*> streams_;
  bool closed_ = false;
};

class loopback_listener final : public redirect_listener {
 public:
  explicit loopback_listener(std::shared_ptr<listening> state) : state_(std::move(state)), port_(state_->port()) {
    state_->start();
  }
  loopback_listener(const loopback_listener&) = delete;
  loopback_listener& operator=(const loopback_listener&) = delete;
  ~loopback_listener() override { state_->close(); }
  [[nodiscard]] std::uint16_t port() const override { return port_; }

 private:
  std::shared_ptr<listening> state_;
  std::uint16_t port_;
};

fault cannot_listen(const error_code& ec, std::uint16_t port) {
  std::string why = "port " + std::to_string(port) + ", which the account's redirect_uri asks for,";
  if (ec == asio::error::address_in_use) {
    const std::string owner = describe_port_owner(port);
    why += " is taken" + (owner.empty() ? std::string() : " by " + owner) +
           ": end that program or the other login, or give the account a redirect_uri with another port";
  } else if (ec == asio::error::access_denied) {
    why += " is for the system alone: give the account a redirect_uri with a port from 1024 up";
  } else {
    why = "there is no listening on 127.0.0.1: " + printable(ec.message());
  }
  return {errc::temporarily_unavailable, why};
}

}  // namespace

result<std::unique_ptr<redirect_listener>> loopback_listeners::listen(const loopback_redirect& where,
                                                                      redirect_handler handler) {
  error_code ec;
  tcp::acceptor acceptor(executor_);
  acceptor.open(tcp::v4(), ec);
  // A port whose last login's connections linger in TIME_WAIT is free all the same.
  if (!ec && where.port != 0) acceptor.set_option(tcp::acceptor::reuse_address(true), ec);
  if (!ec) acceptor.bind({asio::ip::address_v4::loopback(), where.port}, ec);
  if (!ec) acceptor.listen(tcp::acceptor::max_listen_connections, ec);
  if (ec) return cannot_listen(ec, where.port);
  auto state = std::make_shared<listening>(std::move(acceptor), std::move(handler), settings_);
  return std::make_unique<loopback_listener>(std::move(state));
}

}  // namespace latchkey
