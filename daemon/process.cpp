#include "daemon/process.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "core/limits.h"
#include "daemon/log.h"

namespace latchkey {

process::process(boost::asio::io_context& context, ports world, const settings& chosen,
                 const std::filesystem::path& config)
    : context_(context),
      world_(world),
      providers_(world.http, config / "providers"),
      events_(context.get_executor()),
      surroundings_{context.get_executor(), world, providers_,
                    [this](const account& who, std::string_view kind) { broker_.announce(who, kind); },
                    [this](const std::shared_ptr<account>& who, boot_time when) { upkeep_.plan(who, when); }},
      accounts_(surroundings_, config / "accounts"),
      broker_(surroundings_, accounts_, events_, chosen.login_timeout),
      upkeep_(context.get_executor(), world.time, accounts_) {}

void process::serve(unique_fd listening) {
  varlink::service_info info{"Latchkey", "latchkeyd", LATCHKEY_VERSION, "https://latchkey.io/"};
  std::vector<varlink::interface> interfaces;
  interfaces.push_back(broker_.interface());
  server_ = std::make_unique<varlink::server>(context_, std::move(listening), std::move(info), std::move(interfaces));
  server_->on_trouble = [](std::string_view what) { log::warning(what); };
  server_->on_closed = [this](varlink::connection_number which) { broker_.connection_closed(which); };
  server_->start();
  boost::asio::co_spawn(context_, upkeep_.run(), log::report_bug("upkeep"));
}

task<> process::shut_down() {
  server_->stop_accepting();
  broker_.shut_down();
  const boot_time until = world_.time.now().boot + limits::shutdown_patience;
  while ((accounts_.busy() || server_->connections() > 0) && world_.time.now().boot < until)
    co_await world_.time.wait_until(world_.time.now().boot + limits::shutdown_look);
  if (accounts_.busy()) log::error("stopping although a refresh or a save is still under way: it did not end in time");
}

}  // namespace latchkey
