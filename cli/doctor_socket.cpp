#include "cli/doctor_socket.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>

#include "core/error.h"
#include "os/paths.h"
#include "os/unique_fd.h"

namespace latchkey::cli {
namespace {

std::string variable(const char* name) {
  const char* set = std::getenv(name);
  return set == nullptr ? std::string() : std::string(set);
}

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
    found.fix = "Log in through PAM (not through su or sudo), or set LATCHKEY_SOCKET to a path of your own.";
    return found;
  }
  const std::string allowed = kind == S_IFDIR ? "700 " : "600 ";
  if ((is.st_mode & S_IFMT) != kind) {
    found.detail = shown + (kind == S_IFDIR ? " is no folder" : " is no socket");
    found.fix = "Move it away and start the daemon again.";
  } else if (is.st_uid != ::geteuid()) {
    found.detail = shown + " belongs to user " + std::to_string(is.st_uid);
    found.fix = "Log in as yourself (not through su), or set the variable to a folder of your own.";
  } else if ((is.st_mode & 0077) != 0) {
    found.detail = shown + " is open to others";
    found.fix = "Run: chmod " + allowed + printable(shell_word(path));
  } else {
    found.outcome = verdict::ok;
    found.detail = shown;
    found.fix.clear();
  }
  return found;
}

std::string name_of(pid_t process) {
  std::ifstream file("/proc/" + std::to_string(process) + "/comm");
  std::string name;
  std::getline(file, name);
  return name.empty() ? "process " + std::to_string(process)
                      : printable(name) + " (process " + std::to_string(process) + ")";
}

// Who called listen(2) on the socket, as the kernel remembers (SO_PEERCRED, unix(7)).
check judge_listener(check found) {
  const auto path = socket_path()->native();
  // Not blocking: a listener that accepts nobody must not hold up the doctor.
  const unique_fd caller(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  if (::connect(caller.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    found.outcome = verdict::fail;
    found.detail = errno == ECONNREFUSED ? printable(path) + " was left behind by a daemon that has ended"
                                         : "cannot connect to " + printable(path) + ": " + std::strerror(errno);
    found.fix = start_it();
    return found;
  }
  ucred listener{};
  socklen_t size = sizeof listener;
  if (::getsockopt(caller.get(), SOL_SOCKET, SO_PEERCRED, &listener, &size) == 0 && listener.pid > 0)
    found.detail += ", held by " + name_of(listener.pid);
  return found;
}

}  // namespace

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
  check found = judge_private({"socket", verdict::ok, "", ""}, path->native(), S_IFSOCK);
  return found.outcome == verdict::ok ? judge_listener(std::move(found)) : found;
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

}  // namespace latchkey::cli
