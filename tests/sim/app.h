// An app that uses the daemon: asks for a token as ipc/session would, uses it at the provider's API, and says so where
// it was refused there. It may hang up while it waits.
#pragma once

#include <boost/asio/cancellation_signal.hpp>
#include <memory>

#include "ipc/varlink_server.h"
#include "tests/sim/daemon_life.h"
#include "tests/sim/witness.h"

namespace latchkey::sim {

class app {
 public:
  app(world& around, int number) : world_(around), number_(number) {}

  /// Asks for something that the seed chooses; not while it waits.
  void ask(daemon_life& daemon);
  void ask(daemon_life& daemon, wish wanted);
  /// Says that it no longer uses its token.
  void release(daemon_life& daemon);
  /// Shows its token to the provider's API.
  void use_token();
  void hang_up(daemon_life& daemon);
  /// The daemon is about to die.
  void cut_off();
  [[nodiscard]] bool waits() const noexcept { return waits_; }
  /// What the last call was answered: a token, or the name of an error.
  [[nodiscard]] const std::optional<held_token>& token() const noexcept { return answer_; }
  [[nodiscard]] const std::string& error() const noexcept { return error_; }

 private:
  wish choose();
  [[nodiscard]] bool takes_leases() const;
  void forget_lease();
  void answered(const wish& wanted, const varlink::answer& reply);
  void got_token(const wish& wanted, const nlohmann::json& reply);

  world& world_;
  int number_;
  std::optional<held_token> token_;   // the last one it got
  std::optional<held_token> answer_;  // to the last call
  std::string error_;
  bool refused_by_api_ = false;
  bool waits_ = false;
  std::uint64_t calls_ = 0;
  std::size_t account_ = 0;
  varlink::connection_number connection_ = 0;
  std::shared_ptr<boost::asio::cancellation_signal> cancellation_;
};

}  // namespace latchkey::sim
