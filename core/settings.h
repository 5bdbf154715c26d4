// config.toml as a value. Every key is documented in docs/CONFIGURATION.md.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/error.h"
#include "core/limits.h"
#include "core/policy.h"

namespace latchkey {

enum class store_backend { automatic, secret_service, file };
enum class log_level { error, warning, info, debug };

struct settings {
  store_backend backend = store_backend::automatic;            ///< [store] backend = "auto" | "secret-service" | "file"
  std::string key_file;                                        ///< [store] key_file; empty: see the file store
  log_level level = log_level::info;                           ///< [log] level
  std::chrono::seconds login_timeout = limits::login_timeout;  ///< [login] timeout_seconds, 10 to 3600
  std::string ca_file;                                         ///< [tls] ca_file, PEM, beside the system's trust store
  bool lock_on_session_lock = false;                           ///< [lock] on_session_lock
  std::chrono::seconds idle_exit{0};                           ///< [daemon] idle_exit_seconds; 0: never
  unknown_apps unknown = unknown_apps::ask;                    ///< [policy] unknown_apps = "ask" | "allow" | "deny"
};

/// The keys, as config.toml names them, whose change from `before` to `after` waits for a restart.
[[nodiscard]] std::vector<std::string_view> changes_that_need_a_restart(const settings& before, const settings& after);

/// Errors: bad_request with file, line, column, key, and the nearest known key or value.
[[nodiscard]] result<settings> parse_settings(std::string_view toml, std::string file_name);

}  // namespace latchkey
