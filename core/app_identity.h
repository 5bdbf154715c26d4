// Which app a process is, from what the system tells of it: what policy.toml names. Used by the daemon for each
// connection.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace latchkey {

/// What the system tells of a process; all of it is empty where it tells nothing.
struct process_facts {
  std::string executable;                   ///< Its path, where it names that very file for the daemon, too.
  std::string control_groups;               ///< The text of /proc/PID/cgroup (cgroups(7)).
  std::optional<std::string> flatpak_info;  ///< The text of .flatpak-info in its root folder (flatpak-metadata(5)).
};

/// Where nothing can be told. No rule of policy.toml can name it.
inline constexpr std::string_view unknown_app = "unknown";

/// "flatpak:org.example.App", "unit:bot.service", or the executable's path; else unknown_app. A sandbox comes first,
/// because a path means another file in there.
[[nodiscard]] std::string app_of(const process_facts& facts);

/// The app of a Flatpak, from its .flatpak-info; empty where that names none.
[[nodiscard]] std::string flatpak_app(std::string_view flatpak_info);
/// The systemd service that the text of /proc/PID/cgroup tells, of the user's manager or the system's; empty where
/// there is none that has a name of its own: sessions, scopes, what a desktop or systemd-run starts under a passing
/// name, and the user's manager itself.
[[nodiscard]] std::string service_unit(std::string_view control_groups);

}  // namespace latchkey
