#include "daemon/adapters/desktop_notifier.h"

#include <dlfcn.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <systemd/sd-bus.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <system_error>

#include "os/libsystemd.h"
#include "os/session_bus.h"
#include "os/unique_fd.h"

namespace latchkey {
namespace {

using steady = std::chrono::steady_clock;

constexpr std::chrono::seconds answer_limit{10};  // The bus may have to start what shows notifications.
constexpr std::int32_t until_dismissed = 0;

using notification_id = std::uint32_t;
constexpr notification_id replaces_none = 0;

struct notification {
  std::string summary;
  std::string body;
  notification_id replaces = replaces_none;
};

struct bus_functions {
  decltype(&::sd_bus_open_user) open_user;
  decltype(&::sd_bus_close_unref) close_unref;
  decltype(&::sd_bus_process) process;
  decltype(&::sd_bus_get_fd) get_fd;
  decltype(&::sd_bus_get_events) get_events;
  decltype(&::sd_bus_call_method_async) call_method_async;
  decltype(&::sd_bus_message_is_method_error) message_is_method_error;
  decltype(&::sd_bus_message_read) message_read;
};

template <class Function>
bool take(Function& function, void* library, const char* name) {
  function = reinterpret_cast<Function>(::dlsym(library, name));
  return function != nullptr;
}

std::optional<bus_functions> load_bus_functions() {
  void* const library = load_libsystemd();
  bus_functions api{};
  const bool complete = library != nullptr && take(api.open_user, library, "sd_bus_open_user") &&
                        take(api.close_unref, library, "sd_bus_close_unref") &&
                        take(api.process, library, "sd_bus_process") && take(api.get_fd, library, "sd_bus_get_fd") &&
                        take(api.get_events, library, "sd_bus_get_events") &&
                        take(api.call_method_async, library, "sd_bus_call_method_async") &&
                        take(api.message_is_method_error, library, "sd_bus_message_is_method_error") &&
                        take(api.message_read, library, "sd_bus_message_read");
  return complete ? std::optional(api) : std::nullopt;
}

struct answer {
  const bus_functions& api;
  bool came = false;
  notification_id id = replaces_none;
};

int on_answer(sd_bus_message* message, void* data, sd_bus_error* /*unused*/) {
  answer& into = *static_cast<answer*>(data);
  into.came = true;
  if (into.api.message_is_method_error(message, nullptr) == 0) into.api.message_read(message, "u", &into.id);
  return 0;
}

using connection = std::unique_ptr<sd_bus, decltype(&::sd_bus_close_unref)>;

int send_notify(const bus_functions& api, sd_bus* bus, const notification& what, answer& into) {
  constexpr const char* name = "org.freedesktop.Notifications";
  return api.call_method_async(bus, nullptr, name, "/org/freedesktop/Notifications", name, "Notify", on_answer, &into,
                               "susssasa{sv}i", "Latchkey", what.replaces, "dialog-password", what.summary.c_str(),
                               what.body.c_str(), 0U, 0U, until_dismissed);
}

// Until something is to be read or written, `stop` is readable or the time is up; false for the last two.
bool wait_for(const bus_functions& api, sd_bus* bus, int stop, steady::time_point until) {
  const int events = api.get_events(bus);
  if (events < 0) return false;
  std::array<pollfd, 2> watched{pollfd{api.get_fd(bus), static_cast<short>(events), 0}, pollfd{stop, POLLIN, 0}};
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - steady::now()).count();
  if (left <= 0) return false;
  const int ready = ::poll(watched.data(), watched.size(), static_cast<int>(left));
  if (ready < 0) return errno == EINTR;
  return ready > 0 && watched[1].revents == 0;
}

// The notification's id; nothing where nobody showed it. A connection for each, since they are rare and the bus may go
// away in between.
std::optional<notification_id> show(const bus_functions& api, const notification& what, int stop) {
  sd_bus* opened = nullptr;
  if (api.open_user(&opened) < 0) return std::nullopt;
  const connection bus(opened, api.close_unref);
  answer into{api};
  if (send_notify(api, bus.get(), what, into) < 0) return std::nullopt;
  const auto until = steady::now() + answer_limit;
  while (!into.came) {
    const int done = api.process(bus.get(), nullptr);
    if (done < 0) return std::nullopt;
    if (done == 0 && !into.came && !wait_for(api, bus.get(), stop, until)) return std::nullopt;
  }
  if (into.id == replaces_none) return std::nullopt;
  return into.id;
}

// Bodies may be rendered as markup.
std::string markup_escaped(const std::string& text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '&')
      escaped += "&amp;";
    else if (c == '<')
      escaped += "&lt;";
    else if (c == '>')
      escaped += "&gt;";
    else
      escaped += c;
  }
  return escaped;
}

notification login_notification(const std::string& account, const std::string& reason) {
  const std::string name = printable(account);
  notification made;
  made.summary = "Latchkey: log in to " + name + " again";
  if (!reason.empty()) made.body = markup_escaped(printable(reason)) + "\n";
  made.body += "Run: latchkey login " + markup_escaped(name);
  return made;
}

}  // namespace

void desktop_notifier::login_required(const std::string& account, const std::string& reason) {
  if (!has_session_bus()) return;
  {
    const std::lock_guard lock(guard_);
    reasons_[account] = reason;
  }
  added_.notify_one();
  if (thread_.joinable()) return;
  try {
    thread_ = std::jthread([this](const std::stop_token& stop) { tell_all(stop); });
  } catch (const std::system_error&) {  // No thread to be had: the person is told by the next program that asks.
  }
}

void desktop_notifier::tell_all(const std::stop_token& stop) {
  const auto api = load_bus_functions();
  const unique_fd stopped(::eventfd(0, EFD_CLOEXEC));
  if (!api || !stopped) return;
  const std::stop_callback wake(stop, [&stopped] { ::eventfd_write(stopped.get(), 1); });
  std::map<std::string, notification_id> shown;
  std::unique_lock lock(guard_);
  while (added_.wait(lock, stop, [this] { return !reasons_.empty(); }) && !stop.stop_requested()) {
    const auto next = reasons_.extract(reasons_.begin());
    lock.unlock();
    notification what = login_notification(next.key(), next.mapped());
    what.replaces = shown[next.key()];
    if (const auto id = show(*api, what, stopped.get())) shown[next.key()] = *id;
    lock.lock();
  }
}

}  // namespace latchkey
