// The running daemon: everything main has put together, and its orderly end.
#pragma once

#include <boost/asio/io_context.hpp>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "core/settings.h"
#include "daemon/account_book.h"
#include "daemon/app_gate.h"
#include "daemon/broker.h"
#include "daemon/crowd.h"
#include "daemon/event_hub.h"
#include "daemon/provider_catalog.h"
#include "daemon/upkeep.h"
#include "ipc/varlink_server.h"
#include "os/unique_fd.h"

namespace latchkey {

class process {
 public:
  struct folders {
    std::filesystem::path config;  ///< With accounts/, providers/ and policy.toml.
    std::filesystem::path state;   ///< For audit.log.
  };
  /// `world` outlives it.
  process(boost::asio::io_context& context, ports world, const settings& chosen, const folders& where);

  /// Serves the socket.
  void serve(unique_fd listening);
  /// The account files have changed.
  void reload() { accounts_.reload(); }
  /// policy.toml may have changed.
  void reload_policy() { gate_.reload(); }
  void set_unknown_apps(unknown_apps unknown) { gate_.set_unknown(unknown); }
  /// Takes over what can change at run time, and looks at accounts and providers again.
  void reconfigure(const settings& chosen);
  /// The desktop's session was locked or unlocked: the daemon follows.
  void session_is(session_state now) { broker_.session_is(now); }
  /// `trouble` is asked at each Status for a sentence about what is not as it should be; empty: nothing.
  void also_warn(std::function<std::string()> trouble) { broker_.more_trouble = std::move(trouble); }
  /// For the service manager: "3 accounts, 1 needs a login".
  [[nodiscard]] std::string status() const;
  /// Called when status() may have changed.
  std::function<void()> on_change;
  /// Completes once for `span` nobody was connected and nothing was under way, `store_waits` says no, and no upkeep is
  /// due soon. From then on nothing is accepted: who connects waits in the listen queue for the next process.
  task<> until_idle(seconds span, std::function<bool()> store_waits);
  /// Nothing is accepted any more.
  [[nodiscard]] bool stopped() const noexcept { return stopped_; }
  /// Stops accepting, answers, lets refreshes and saves finish (at most limits::shutdown_patience).
  task<> shut_down();

 private:
  [[nodiscard]] bool quiet() const;

  boost::asio::io_context& context_;
  ports world_;
  provider_catalog providers_;
  event_hub events_;
  account_surroundings surroundings_;
  account_book accounts_;
  app_gate gate_;
  broker broker_;
  upkeep upkeep_;
  std::unique_ptr<varlink::server> server_;
  crowd callers_;
  std::filesystem::path command_;
  bool stopped_ = false;
  boot_time last_use_;  // When the last connection ended, or something was last seen to be under way.
};

}  // namespace latchkey
