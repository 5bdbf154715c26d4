#include "cli/doctor_session.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <filesystem>

#include "cli/program_output.h"
#include "core/error.h"

namespace latchkey::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view socket_unit = "latchkeyd.socket";
constexpr std::string_view service_unit = "latchkeyd.service";

std::string variable(const char* name) {
  const char* set = std::getenv(name);
  return set == nullptr ? std::string() : std::string(set);
}

std::string_view after(std::string_view text, std::string_view mark) {
  const std::size_t at = text.find(mark);
  return at == std::string_view::npos ? std::string_view() : text.substr(at + mark.size());
}

bool is_there(const fs::path& path) {
  std::error_code hidden;
  return fs::exists(path, hidden);
}

bool has_user_manager() {
  // As sd_booted(3) tells, and where the user's manager has its own sockets.
  const fs::path runtime = variable("XDG_RUNTIME_DIR");
  return is_there("/run/systemd/system") && runtime.is_absolute() && is_there(runtime / "systemd");
}

check check_units() {
  constexpr std::chrono::seconds patience{5};
  const auto shown = program_output({"systemctl", "--user", "show", "--property=Id,LoadState,UnitFileState,ActiveState",
                                     std::string(socket_unit), std::string(service_unit)},
                                    patience);
  if (shown) return judge_units(parse_units(*shown));
  return {"systemd", verdict::warn, "systemctl --user gives no answer",
          "Log in through PAM (not through su or sudo), then see: systemctl --user status"};
}

session_seen look_at_session() {
  session_seen seen;
  seen.user = variable("USER").empty() ? variable("LOGNAME") : variable("USER");
  seen.has_display = !variable("DISPLAY").empty() || !variable("WAYLAND_DISPLAY").empty();
  seen.lingers = !seen.user.empty() && is_there(fs::path("/var/lib/systemd/linger") / seen.user);
  return seen;
}

}  // namespace

std::map<std::string, unit_state> parse_units(std::string_view shown) {
  std::map<std::string, unit_state> units;
  // A block a unit, with an empty line between them; in it NAME=VALUE in any order.
  while (!shown.empty()) {
    const std::size_t end = std::min(shown.find("\n\n"), shown.size());
    const std::string block = "\n" + std::string(shown.substr(0, end));
    shown.remove_prefix(std::min(end + 2, shown.size()));
    const auto value = [&](const char* name) {
      const std::string_view rest = after(block, std::string("\n") + name + "=");
      return std::string(rest.substr(0, rest.find('\n')));
    };
    units[value("Id")] = unit_state{value("LoadState"), value("UnitFileState"), value("ActiveState")};
  }
  return units;
}

check judge_units(const std::map<std::string, unit_state>& units) {
  const auto of = [&](std::string_view name) {
    const auto found = units.find(std::string(name));
    return found == units.end() ? unit_state() : found->second;
  };
  const unit_state socket = of(socket_unit);
  if (socket.load == "masked")
    return {"systemd", verdict::warn, "latchkeyd.socket is masked, so nothing starts the daemon",
            "Run: systemctl --user unmask latchkeyd.socket"};
  if (socket.load != "loaded")
    return {"systemd", verdict::warn, "latchkeyd.socket is not installed, so nothing starts the daemon by itself",
            "Install latchkeyd.socket and latchkeyd.service as user units, then run: systemctl --user enable --now "
            "latchkeyd.socket"};
  if (of(service_unit).active == "failed")
    return {"systemd", verdict::fail, "latchkeyd.service has failed",
            "See why: systemctl --user status latchkeyd; then run: systemctl --user restart latchkeyd.socket"};
  if (socket.active == "failed")
    return {"systemd", verdict::fail, "latchkeyd.socket has failed",
            "See why: systemctl --user status latchkeyd.socket; then run: systemctl --user restart latchkeyd.socket"};
  if (!socket.file.starts_with("enabled"))
    return {"systemd", verdict::warn, "latchkeyd.socket is installed but not enabled",
            "Run: systemctl --user enable --now latchkeyd.socket"};
  if (socket.active != "active")
    return {"systemd", verdict::warn, "latchkeyd.socket is enabled but does not listen now",
            "Run: systemctl --user start latchkeyd.socket"};
  return {"systemd", verdict::ok, "latchkeyd.socket is enabled and listens", ""};
}

check judge_linger(const session_seen& seen) {
  if (seen.lingers) return {"linger", verdict::ok, "the daemon lives on when you log out", ""};
  if (seen.has_display) return {"linger", verdict::ok, "off, and with a display not needed", ""};
  return {"linger", verdict::warn, "there is no display, and the daemon ends when your last session ends",
          "If programs need tokens after that, run: loginctl enable-linger" +
              (seen.user.empty() ? "" : " " + printable(shell_word(seen.user)))};
}

std::optional<std::string> proxy_problem(std::string_view proxy) {
  constexpr std::string_view scheme_end = "://";
  if (const std::size_t end = proxy.find(scheme_end); end != std::string_view::npos) {
    std::string scheme(proxy.substr(0, end));
    std::ranges::transform(scheme, scheme.begin(),
                           [](char each) { return each >= 'A' && each <= 'Z' ? each + 32 : each; });
    if (scheme != "http") return "names a kind of proxy other than http";
    proxy.remove_prefix(end + scheme_end.size());
  }
  std::string_view place = proxy.substr(0, proxy.find_first_of("/?#"));
  if (const std::size_t at = place.rfind('@'); at != std::string_view::npos) place.remove_prefix(at + 1);
  const std::size_t bracket = place.starts_with('[') ? place.find(']') : 0;
  if (bracket == std::string_view::npos) return "is not an address";
  const std::size_t colon = place.find(':', bracket);
  if (place.substr(0, colon).empty()) return "names no host";
  if (place.find_first_of(" \t\"<>\\^`{|}") != std::string_view::npos) return "is not an address";
  if (colon == std::string_view::npos || colon + 1 == place.size()) return std::nullopt;
  const std::string_view digits = place.substr(colon + 1);
  std::uint16_t port = 0;
  const auto [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (failed != std::errc() || end != digits.data() + digits.size() || port == 0) return "has an impossible port";
  return std::nullopt;
}

void examine_systemd(const on_check& found) {
  if (!has_user_manager())
    return found({"systemd", verdict::ok, "has no user manager here, so you start latchkeyd yourself", ""});
  found(check_units());
  found(judge_linger(look_at_session()));
}

check check_proxy() {
  const char* const name = variable("https_proxy").empty() ? "HTTPS_PROXY" : "https_proxy";
  const std::string value = variable(name);
  if (value.empty()) return {"proxy", verdict::ok, "none is set in this session", ""};
  const auto problem = proxy_problem(value);
  if (!problem) return {"proxy", verdict::ok, std::string(name) + " is set in this session", ""};
  return {"proxy", verdict::warn, std::string(name) + " in this session " + *problem,
          std::string("Set it to http://HOST:PORT where the daemon is started, or run: unset ") + name};
}

}  // namespace latchkey::cli
