#include "core/app_identity.h"

#include <algorithm>
#include <vector>

#include "core/error.h"
#include "core/limits.h"

namespace latchkey {
namespace {

constexpr std::string_view service_suffix = ".service";
constexpr std::string_view digits = "0123456789";
constexpr std::string_view hexadecimals = "0123456789abcdef";
constexpr std::string_view id_characters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
constexpr std::size_t longest_flatpak_id = 255;

std::vector<std::string_view> split(std::string_view text, char at) {
  std::vector<std::string_view> parts;
  for (std::size_t start = 0; start <= text.size();) {
    const std::size_t end = std::min(text.find(at, start), text.size());
    if (end > start) parts.push_back(text.substr(start, end - start));
    start = end + 1;
  }
  return parts;
}

bool consists_of(std::string_view text, std::string_view characters) {
  return !text.empty() && text.find_first_not_of(characters) == std::string_view::npos;
}

// The path in the hierarchy that systemd keeps: "0::/…" (version 2), else "1:name=systemd:/…".
std::string_view systemd_path(std::string_view control_groups) {
  std::string_view found;
  for (const std::string_view line : split(control_groups, '\n')) {
    if (line.starts_with("0::/")) return line.substr(3);
    constexpr std::string_view named = ":name=systemd:";
    if (const std::size_t at = line.find(named); at != std::string_view::npos) found = line.substr(at + named.size());
  }
  return found;
}

bool is_user_manager(std::string_view unit) {
  constexpr std::string_view prefix = "user@";
  return unit.starts_with(prefix) && unit.ends_with(service_suffix) &&
         consists_of(unit.substr(prefix.size(), unit.size() - prefix.size() - service_suffix.size()), digits);
}

// What systemd-run (run-u7.service, run-r0a1b….service, run-p12-i34.service), a desktop (app-NAME@RANDOM.service) or
// D-Bus activation (dbus-:1.2-NAME@0.service) calls a unit is another name the next time.
bool is_passing_name(std::string_view unit) {
  const std::string_view name = unit.substr(0, unit.size() - service_suffix.size());
  if (name.starts_with("app-") || name.starts_with("dbus-:")) return true;
  if (name.starts_with("run-u")) return consists_of(name.substr(5), digits);
  if (name.starts_with("run-r")) return consists_of(name.substr(5), hexadecimals);
  return name.starts_with("run-p") && consists_of(name.substr(5), "0123456789-i");
}

bool can_be_named(std::string_view app) {
  return app.size() <= limits::app_name && printable(app, app.size()) == app;
}

}  // namespace

std::string flatpak_app(std::string_view flatpak_info) {
  bool in_application = false;
  for (const std::string_view line : split(flatpak_info, '\n')) {
    if (line.front() == '[') in_application = line == "[Application]";
    constexpr std::string_view key = "name=";
    if (!in_application || !line.starts_with(key)) continue;
    const std::string_view id = line.substr(key.size());
    return id.size() <= longest_flatpak_id && consists_of(id, id_characters) ? std::string(id) : std::string();
  }
  return {};
}

std::string service_unit(std::string_view control_groups) {
  // Slices lead to the unit; the user's manager is a unit that has units of its own. What is below a unit is its
  // affair.
  for (std::string_view part : split(systemd_path(control_groups), '/')) {
    if (part.starts_with('_')) part.remove_prefix(1);  // systemd's escape for names that the kernel uses itself.
    if (part.ends_with(".slice") || is_user_manager(part)) continue;
    if (!part.ends_with(service_suffix) || part == service_suffix || is_passing_name(part)) return {};
    return std::string(part);
  }
  return {};
}

std::string app_of(const process_facts& facts) {
  std::string app;
  if (facts.flatpak_info) {
    if (std::string id = flatpak_app(*facts.flatpak_info); !id.empty()) app = "flatpak:" + std::move(id);
  } else if (std::string unit = service_unit(facts.control_groups); !unit.empty()) {
    app = "unit:" + std::move(unit);
  } else {
    app = facts.executable;
  }
  return !app.empty() && can_be_named(app) ? app : std::string(unknown_app);
}

}  // namespace latchkey
