// The doctor's look at the session round the daemon: systemd's user manager and the proxy of the environment.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "cli/doctor_checks.h"

namespace latchkey::cli {

/// Of one unit, in systemd's own words (systemctl(1), "show").
struct unit_state {
  std::string load;    ///< LoadState: loaded, not-found, masked …
  std::string file;    ///< UnitFileState: enabled, disabled …
  std::string active;  ///< ActiveState: active, inactive, failed …
};

/// What `systemctl show --property=Id,LoadState,UnitFileState,ActiveState` prints of several units, by name.
[[nodiscard]] std::map<std::string, unit_state> parse_units(std::string_view shown);
/// Whether systemd starts the daemon when it is needed.
[[nodiscard]] check judge_units(const std::map<std::string, unit_state>& units);

/// How this user's session is, for judge_linger().
struct session_seen {
  std::string user;
  bool lingers = false;      ///< loginctl(1), enable-linger.
  bool has_display = false;  ///< Where there is one, the session lasts as long as the person needs the daemon.
};
[[nodiscard]] check judge_linger(const session_seen& seen);

/// Why `proxy` is none that Latchkey can use ([http://][USER:PASSWORD@]HOST[:PORT]); nothing where it can. Never holds
/// the value: there may be a password in it.
[[nodiscard]] std::optional<std::string> proxy_problem(std::string_view proxy);

/// Where systemd does not run, one check that says so.
void examine_systemd(const on_check& found);
[[nodiscard]] check check_proxy();

}  // namespace latchkey::cli
