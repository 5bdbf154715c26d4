// Where the browser brings the redirect of a login (RFC 8252 §7.3): a listener on 127.0.0.1 alone. Made by main; used
// by the browser login through its port.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <functional>
#include <string_view>

#include "core/limits.h"
#include "daemon/adapters/redirect_session.h"
#include "daemon/ports.h"

namespace latchkey {

struct loopback_settings {
  redirect_patience patience;
  int connections = limits::redirect_connections;  ///< At once; further ones wait in the listen queue.
  /// Called with a sentence for the log where a connection ended by an exception: a bug.
  std::function<void(std::string_view)> on_trouble;
};

class loopback_listeners final : public redirect_listeners {
 public:
  /// Listeners are made, used and destroyed on `executor`'s thread.
  explicit loopback_listeners(boost::asio::any_io_executor executor, loopback_settings settings = {})
      : executor_(std::move(executor)), settings_(std::move(settings)) {}
  result<std::unique_ptr<redirect_listener>> listen(const loopback_redirect& where, redirect_handler handler) override;

 private:
  boost::asio::any_io_executor executor_;
  loopback_settings settings_;
};

}  // namespace latchkey
