// The running daemon: everything main has put together, and its orderly end.
#pragma once

#include <boost/asio/io_context.hpp>
#include <filesystem>

#include "core/settings.h"
#include "daemon/account_book.h"
#include "daemon/broker.h"
#include "daemon/event_hub.h"
#include "daemon/provider_catalog.h"
#include "daemon/upkeep.h"
#include "ipc/varlink_server.h"
#include "os/unique_fd.h"

namespace latchkey {

class process {
 public:
  /// `config`: the folder with accounts/ and providers/. `listening`: the bound socket. `world` outlives it.
  process(boost::asio::io_context& context, ports world, const settings& chosen, const std::filesystem::path& config);

  /// Serves the socket.
  void serve(unique_fd listening);
  /// The account files have changed.
  void reload() { accounts_.reload(); }
  /// Stops accepting, answers, lets refreshes and saves finish (at most limits::shutdown_patience).
  task<> shut_down();

 private:
  boost::asio::io_context& context_;
  ports world_;
  provider_catalog providers_;
  event_hub events_;
  account_surroundings surroundings_;
  account_book accounts_;
  broker broker_;
  upkeep upkeep_;
  std::unique_ptr<varlink::server> server_;
};

}  // namespace latchkey
