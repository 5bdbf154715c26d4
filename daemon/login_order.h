// What a login is to do, and what it tells the person's side on its way. Made by the broker, for login_browser and
// login_device.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "daemon/account.h"
#include "daemon/ports.h"

namespace latchkey {

/// A step of io.latchkey.Broker.Login; a member that does not belong to its state is empty.
struct login_progress {
  std::string state;
  std::string url;  ///< The authorize URL.
  std::string redirect_uri;
  std::string user_code;
  std::string verification_uri;
  std::string verification_uri_complete;
  std::string warning;
  wall_time expires_at{};  ///< When the login ends by itself.
};

struct login_order {
  std::shared_ptr<account> who;
  provider server;
  scope_list scopes;               ///< All that is asked for.
  std::string bound_to;            ///< grant_binding() of `who` when the login began.
  bool accept_other_user = false;  ///< See account::code_exchange.
  bool open_browser = true;        ///< False, or no browser here: the caller opens the URL. For login_browser alone.
  seconds time_limit{0};           ///< For login_browser; a device code has its own.
  std::function<task<>(login_progress)> on_progress;
};

}  // namespace latchkey
