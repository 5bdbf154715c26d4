#include "daemon/process.h"

#include <malloc.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "core/limits.h"
#include "daemon/descriptor_room.h"
#include "daemon/log.h"
#include "os/peer_process.h"

namespace latchkey {

process::process(boost::asio::io_context& context, ports world, const settings& chosen, const folders& where)
    : context_(context),
      world_(world),
      providers_(world.http, where.config / "providers"),
      events_(context.get_executor()),
      surroundings_{context.get_executor(), world, providers_,
                    [this](const account& who, std::string_view kind) {
                      broker_.announce(who, kind);
                      if (on_change) on_change();
                    },
                    [this](const std::shared_ptr<account>& who, boot_time when) { upkeep_.plan(who, when); }},
      accounts_(surroundings_, where.config / "accounts"),
      gate_(context.get_executor(), world, {where.config / "policy.toml", where.state / "audit.log"}, chosen.unknown),
      broker_(surroundings_, accounts_, events_, gate_, chosen.login_timeout),
      upkeep_(context.get_executor(), world.time, accounts_),
      command_(command_beside_daemon()),
      last_use_(world.time.now().boot) {
  broker_.on_lock_change = [this] {
    if (on_change) on_change();
  };
}

void process::serve(unique_fd listening) {
  varlink::service_info info{"Latchkey", "latchkeyd", LATCHKEY_VERSION, "https://latchkey.io/"};
  std::vector<varlink::interface> interfaces;
  interfaces.push_back(broker_.interface());
  server_ = std::make_unique<varlink::server>(context_, std::move(listening), std::move(info), std::move(interfaces));
  server_->on_trouble = [](std::string_view what) { log::warning(what); };
  server_->on_opened = [this](varlink::connection_number which, const varlink::peer& who, int socket) {
    const unique_fd held = hold_peer(socket, who.pid);
    broker_.connection_opened(which, identify(who.pid, held.get(), command_));
  };
  server_->on_closed = [this](varlink::connection_number which) {
    broker_.connection_closed(which);
    last_use_ = world_.time.now().boot;
    if (callers_.has_left(server_->connections())) ::malloc_trim(0);
  };
  varlink::server_limits bounds;
  bounds.connections = make_room_for_connections();
  server_->start(bounds);
  boost::asio::co_spawn(context_, upkeep_.run(), log::report_bug("upkeep"));
}

void process::reconfigure(const settings& chosen) {
  broker_.set_login_timeout(chosen.login_timeout);
  gate_.set_unknown(chosen.unknown);
  gate_.reload();
  providers_.forget_discovered();
  accounts_.reload();
}

std::string process::status() const {
  const std::size_t count = accounts_.names().size();
  const std::size_t waiting = accounts_.need_login();
  std::string line = count == 1 ? "1 account" : std::to_string(count) + " accounts";
  if (surroundings_.lock.closed()) line = "locked, " + line;
  if (waiting > 0) line += ", " + std::to_string(waiting) + (waiting == 1 ? " needs a login" : " need a login");
  return line;
}

bool process::quiet() const {
  // The next process would not know of the lock.
  return !surroundings_.lock.closed() && server_->connections() == 0 && accounts_.at_rest() && gate_.pending().empty();
}

task<> process::until_idle(seconds span, std::function<bool()> store_waits) {
  for (;;) {
    co_await world_.time.wait_until(last_use_ + span);
    const boot_time now = world_.time.now().boot;
    // Those that nobody has asked for since the start may have something due, too.
    if (quiet() && last_use_ + span <= now) co_await upkeep_.wake_idle_accounts();
    const bool used_meanwhile = last_use_ + span > now;
    if (quiet() && !used_meanwhile && !store_waits() && !upkeep_.due_within(span)) break;
    if (!used_meanwhile) last_use_ = world_.time.now().boot;
  }
  stopped_ = true;
  server_->stop_accepting();
}

task<> process::shut_down() {
  stopped_ = true;
  server_->stop_accepting();
  broker_.shut_down();
  const boot_time until = world_.time.now().boot + limits::shutdown_patience;
  while ((accounts_.busy() || server_->connections() > 0) && world_.time.now().boot < until)
    co_await world_.time.wait_until(world_.time.now().boot + limits::shutdown_look);
  if (accounts_.busy()) log::error("stopping although a refresh or a save is still under way: it did not end in time");
}

}  // namespace latchkey
