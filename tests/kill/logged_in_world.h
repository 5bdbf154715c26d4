// One person's computer for one test: folders of its own, the sandbox as the provider, and a daemon that may be killed
// and started again, with the account `acme` logged in.
#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "latchkey/client.h"
#include "tests/kill/daemon_process.h"
#include "tests/sandbox/http_connection.h"
#include "tests/sandbox/sandbox_process.h"
#include "tests/support/temporary_folder.h"

namespace latchkey::kill_test {

inline constexpr auto account_name = "acme";

class logged_in_world {
 public:
  /// `sandbox_options`: beside --auto-consent. `variables`: NAME=VALUE, beside the daemon's own.
  explicit logged_in_world(std::vector<std::string> sandbox_options, std::vector<std::string> variables = {});

  void start_daemon();
  /// Only while one runs.
  death kill_daemon() { return daemon_->kill(); }
  [[nodiscard]] std::chrono::nanoseconds daemon_waited() const { return daemon_->waited_for_processor(); }
  /// Of the daemon that was killed last.
  std::string daemon_log() { return daemon_->log(); }
  void log_in();
  [[nodiscard]] std::string socket_path() const;
  [[nodiscard]] std::uint16_t sandbox_port() const noexcept { return sandbox_.port(); }

  /// The status of an API call with this access token: 200 while it lives, else 401.
  int balance_status(const std::string& access_token);
  /// GET /sandbox/WHAT.
  nlohmann::json sandbox_report(const std::string& what);

 private:
  void add_account();

  std::vector<std::string> variables_;
  support::temporary_folder folder_;
  sandbox::sandbox_process sandbox_;
  sandbox::http_connection connection_;
  std::unique_ptr<daemon_process> daemon_;
};

}  // namespace latchkey::kill_test
