// The daemon between its start and its end: the real catalog, accounts and broker, put together as daemon/process does,
// over a simulated world. Destroying it is a crash.
#pragma once

#include <boost/asio/io_context.hpp>
#include <filesystem>

#include "daemon/account_book.h"
#include "daemon/broker.h"
#include "daemon/event_hub.h"
#include "daemon/journaled_store.h"
#include "daemon/provider_catalog.h"
#include "daemon/upkeep.h"
#include "tests/sim/disk.h"
#include "tests/sim/journal.h"
#include "tests/sim/network.h"
#include "tests/sim/watched_store.h"

namespace latchkey::sim {

struct world;

/// The daemon's clocks: right but for the wall clock, which people set.
class machine_clock : public time_source {
 public:
  explicit machine_clock(world& around) : world_(around) {}
  [[nodiscard]] instant now() const override;
  [[nodiscard]] std::string boot_id() const override;
  task<> wait_until(boot_time when) override;

 private:
  world& world_;
};

class no_browser : public browser {
 public:
  [[nodiscard]] bool available() const override { return false; }
  result<> open(const std::string& /*url*/) override { return fault(errc::login_failed, "there is no browser here"); }
};

class no_listeners : public redirect_listeners {
 public:
  result<std::unique_ptr<redirect_listener>> listen(const loopback_redirect& /*where*/,
                                                    redirect_handler /*handler*/) override {
    return fault(errc::temporarily_unavailable, "nothing listens here");
  }
};

/// Notifications hold no secret either.
class notice_board : public notifier {
 public:
  explicit notice_board(world& around) : world_(around) {}
  void login_required(const std::string& account, const std::string& reason) override;

 private:
  world& world_;
};

class daemon_life {
 public:
  daemon_life(world& around, const std::filesystem::path& config);
  daemon_life(const daemon_life&) = delete;
  daemon_life& operator=(const daemon_life&) = delete;

  [[nodiscard]] boost::asio::io_context& context() noexcept { return context_; }
  [[nodiscard]] const varlink::method& method(std::string_view name) const {
    return interface_.methods.find(name)->second;
  }
  [[nodiscard]] std::shared_ptr<account> find(const std::string& name) { return accounts_.find(name).value(); }
  [[nodiscard]] provider_catalog& providers() noexcept { return providers_; }
  /// Runs all that can run without time going by.
  void run();
  /// SIGTERM came.
  void shut_down() { broker_.shut_down(); }
  [[nodiscard]] bool busy() const { return accounts_.busy(); }
  /// The desktop's session was locked or unlocked, and the daemon follows it.
  void session_is(session_state now) { broker_.session_is(now); }
  void connection_opened(varlink::connection_number which);
  void connection_closed(varlink::connection_number which) { broker_.connection_closed(which); }

 private:
  witness& eyes_;
  network http_;
  disk_store disk_;
  journal journal_;
  no_browser browser_;
  no_listeners listeners_;
  machine_clock clock_;
  notice_board notices_;
  boost::asio::io_context context_{1};
  journaled_store journaled_;
  watched_store store_;
  ports ports_;
  provider_catalog providers_;
  event_hub events_;
  account_surroundings surroundings_;
  account_book accounts_;
  app_gate gate_;
  broker broker_;
  upkeep upkeep_;
  varlink::interface interface_;
};

}  // namespace latchkey::sim
