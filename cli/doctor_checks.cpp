#include "cli/doctor_checks.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "core/error.h"
#include "latchkey/client.h"
#include "os/open_url.h"
#include "os/paths.h"
#include "os/unique_fd.h"

namespace latchkey::cli {
namespace {

namespace fs = std::filesystem;

std::string variable(const char* name) {
  const char* set = std::getenv(name);
  return set == nullptr ? std::string() : std::string(set);
}

// The advice of the table, for a daemon that is not there.
std::string start_it() {
  return std::string(info(errc::no_daemon).advice);
}

// What is wrong with a thing that must be this user's alone; a verdict of ok where nothing is.
check judge_private(check found, const std::string& path, mode_t kind) {
  const std::string shown = printable(path);
  struct stat is {};
  found.outcome = verdict::fail;
  if (::lstat(path.c_str(), &is) != 0) {
    found.detail = "cannot look at " + shown + ": " + std::strerror(errno);
    return found;
  }
  const std::string allowed = kind == S_IFDIR ? "700" : "600";
  if ((is.st_mode & S_IFMT) != kind) {
    found.detail = shown + (kind == S_IFDIR ? " is no folder" : " is no socket");
    found.fix = "Move it away and start the daemon again.";
  } else if (is.st_uid != ::geteuid()) {
    found.detail = shown + " belongs to user " + std::to_string(is.st_uid);
    found.fix = "Log in as yourself (not through su), or set the variable to a folder of your own.";
  } else if ((is.st_mode & 0077) != 0) {
    found.detail = shown + " is open to others";
    found.fix = "Run: chmod " + allowed + " " + shown;
  } else {
    found.outcome = verdict::ok;
    found.detail = shown;
    found.fix.clear();
  }
  return found;
}

check check_version(const daemon_status& status) {
  check found{"version", verdict::ok, "latchkeyd and latchkey are both " LATCHKEY_VERSION, ""};
  if (status.version == LATCHKEY_VERSION) return found;
  found.outcome = verdict::warn;
  found.detail = "latchkeyd is " + printable(status.version) + ", latchkey is " LATCHKEY_VERSION;
  found.fix = "Restart the daemon: systemctl --user restart latchkeyd";
  return found;
}

check check_browser(const daemon_status& status) {
  if (status.can_open_browser) return {"browser", verdict::ok, "the daemon can open one", ""};
  if (can_open_url()) return {"browser", verdict::ok, "this session can open one; `latchkey login` does it itself", ""};
  return {"browser", verdict::warn, "neither the daemon nor this session can open one",
          "Use latchkey login ACCOUNT --no-browser, or set BROWSER."};
}

check check_account(const account& each) {
  const std::string name = printable(each.name);
  if (each.state == "unavailable")
    return {"account " + name, verdict::fail, printable(each.reason), info(errc::store_locked).advice.data()};
  check found{"account " + name, verdict::ok, each.state == "logged_out" ? "logged out" : "has a grant", ""};
  if (each.state != "login_required" && each.state != "backing_off" && each.state != "unsaved") return found;
  found.outcome = verdict::warn;
  found.detail = each.reason.empty() ? printable(each.state) : printable(each.reason);
  found.fix = each.state == "login_required" ? "Run: latchkey login " + name : "It tries again by itself.";
  return found;
}

void examine_daemon(std::vector<check>& checks) {
  try {
    const daemon_status status = client().status();
    checks.push_back({"daemon", verdict::ok, "answers, pid " + std::to_string(status.pid), ""});
    checks.push_back(check_version(status));
    checks.push_back({"store", verdict::ok, printable(status.store_description), ""});
    for (const std::string& each : status.warnings)
      checks.push_back({"warning", verdict::warn, printable(each), "See latchkey help doctor and the daemon's log."});
    checks.push_back(check_browser(status));
    for (const account& each : status.accounts) checks.push_back(check_account(each));
  } catch (const client_error& error) {
    const std::string fix =
        error.name() == info(errc::no_daemon).wire_name ? start_it() : "Restart it: systemctl --user restart latchkeyd";
    checks.push_back({"daemon", verdict::fail, printable(error.what()), fix});
  }
}

}  // namespace

std::string_view to_string(verdict outcome) noexcept {
  constexpr std::array<std::string_view, 3> names{"ok", "warn", "fail"};
  return names[static_cast<std::size_t>(outcome)];
}

check check_runtime_folder() {
  check found{"runtime folder", verdict::ok, "not needed: LATCHKEY_SOCKET is set", ""};
  if (!variable("LATCHKEY_SOCKET").empty()) return found;
  const std::string folder = variable("XDG_RUNTIME_DIR");
  if (folder.starts_with('/')) return judge_private(std::move(found), folder, S_IFDIR);
  return {"runtime folder", verdict::fail, "XDG_RUNTIME_DIR is not set",
          "Log in through PAM (loginctl enable-linger for a headless host), or set LATCHKEY_SOCKET."};
}

check check_socket() {
  const auto path = socket_path();
  if (!path) return {"socket", verdict::fail, path.error().message, "Set LATCHKEY_SOCKET to a path of your own."};
  struct stat is {};
  if (::lstat(path->c_str(), &is) != 0 && errno == ENOENT)
    return {"socket", verdict::fail, "there is none at " + printable(path->native()), start_it()};
  if (variable("LATCHKEY_SOCKET").empty()) {
    // A path that the person chose may lie in a shared folder; the socket's own mode then has to be enough.
    check folder = judge_private({"socket", verdict::ok, "", ""}, path->parent_path().native(), S_IFDIR);
    if (folder.outcome != verdict::ok) return folder;
  }
  return judge_private({"socket", verdict::ok, "", ""}, path->native(), S_IFSOCK);
}

check check_loopback() {
  const unique_fd listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  // bind(2) takes every kind of address through this type.
  const auto* const generic = reinterpret_cast<const sockaddr*>(&address);
  if (listener && ::bind(listener.get(), generic, sizeof address) == 0 && ::listen(listener.get(), 1) == 0)
    return {"loopback", verdict::ok, "a browser can be answered on 127.0.0.1", ""};
  return {"loopback", verdict::fail, std::string("cannot listen on 127.0.0.1: ") + std::strerror(errno),
          "Bring the loopback interface up: ip link set lo up (in a container: give it a network)."};
}

std::vector<check> examine() {
  std::vector<check> checks{check_runtime_folder(), check_socket(), check_loopback()};
  if (socket_path())
    examine_daemon(checks);
  else
    checks.push_back({"daemon", verdict::fail, "cannot be asked: there is no place for its socket", start_it()});
  return checks;
}

}  // namespace latchkey::cli
