#include "daemon/adapters/session_watch.h"

#include <dlfcn.h>
#include <poll.h>
#include <systemd/sd-bus.h>
#include <unistd.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <cstring>
#include <string>
#include <string_view>

#include "daemon/log.h"
#include "os/libsystemd.h"

namespace latchkey {
namespace {

namespace asio = boost::asio;

constexpr std::chrono::seconds next_try{10};  // After the bus went away: it is soon back, or was never there.
constexpr const char* logind = "org.freedesktop.login1";
constexpr const char* manager_path = "/org/freedesktop/login1";
constexpr const char* manager_interface = "org.freedesktop.login1.Manager";
constexpr const char* session_interface = "org.freedesktop.login1.Session";
constexpr const char* properties_interface = "org.freedesktop.DBus.Properties";

struct bus_functions {
  decltype(&::sd_bus_open_system) open_system;
  decltype(&::sd_bus_close_unref) close_unref;
  decltype(&::sd_bus_process) process;
  decltype(&::sd_bus_get_fd) get_fd;
  decltype(&::sd_bus_get_events) get_events;
  decltype(&::sd_bus_add_match_async) add_match_async;
  decltype(&::sd_bus_call_method_async) call_method_async;
  decltype(&::sd_bus_message_is_method_error) is_method_error;
  decltype(&::sd_bus_message_read) read;
  decltype(&::sd_bus_message_skip) skip;
  decltype(&::sd_bus_message_enter_container) enter;
  decltype(&::sd_bus_message_exit_container) leave;
  decltype(&::sd_bus_message_get_path) path_of;
  decltype(&::sd_bus_message_get_member) member_of;
};

template <class Function>
bool take(Function& function, void* library, const char* name) {
  function = reinterpret_cast<Function>(::dlsym(library, name));
  return function != nullptr;
}

bool load(bus_functions& api) {
  void* const library = load_libsystemd();
  return library != nullptr && take(api.open_system, library, "sd_bus_open_system") &&
         take(api.close_unref, library, "sd_bus_close_unref") && take(api.process, library, "sd_bus_process") &&
         take(api.get_fd, library, "sd_bus_get_fd") && take(api.get_events, library, "sd_bus_get_events") &&
         take(api.add_match_async, library, "sd_bus_add_match_async") &&
         take(api.call_method_async, library, "sd_bus_call_method_async") &&
         take(api.is_method_error, library, "sd_bus_message_is_method_error") &&
         take(api.read, library, "sd_bus_message_read") && take(api.skip, library, "sd_bus_message_skip") &&
         take(api.enter, library, "sd_bus_message_enter_container") &&
         take(api.leave, library, "sd_bus_message_exit_container") &&
         take(api.path_of, library, "sd_bus_message_get_path") &&
         take(api.member_of, library, "sd_bus_message_get_member");
}

}  // namespace

// One connection at a time; outlived by nothing, kept by its coroutine.
struct session_watch::listener : std::enable_shared_from_this<listener> {
  listener(const asio::any_io_executor& executor, std::function<void(session_state)> told)
      : tell(std::move(told)), descriptor(executor), timer(executor) {}

  task<> run();
  task<> serve();
  bool connect();
  void disconnect();
  void stop();
  void ask_user_of(const char* session, session_state now);
  static int on_signal(sd_bus_message* message, void* data, sd_bus_error*);
  static int on_properties(sd_bus_message* message, void* data, sd_bus_error*);
  static int on_sessions(sd_bus_message* message, void* data, sd_bus_error*);
  static int on_hint(sd_bus_message* message, void* data, sd_bus_error*);
  template <session_state now>
  static int on_user(sd_bus_message* message, void* data, sd_bus_error*);

  std::function<void(session_state)> tell;
  bus_functions api{};
  sd_bus* bus = nullptr;
  asio::posix::stream_descriptor descriptor;
  asio::steady_timer timer;
  bool stopped = false;
};

// `Lock` asks the session to lock itself, and is obeyed here like there.
int session_watch::listener::on_signal(sd_bus_message* message, void* data, sd_bus_error* /*unused*/) {
  auto& self = *static_cast<listener*>(data);
  const std::string_view member = self.api.member_of(message);
  if (member == "Lock") self.ask_user_of(self.api.path_of(message), session_state::locked);
  if (member == "Unlock") self.ask_user_of(self.api.path_of(message), session_state::unlocked);
  return 0;
}

// PropertiesChanged(s interface, a{sv} changed, as invalidated)
int session_watch::listener::on_properties(sd_bus_message* message, void* data, sd_bus_error* /*unused*/) {
  auto& self = *static_cast<listener*>(data);
  const bus_functions& api = self.api;
  const char* interface = nullptr;
  if (api.read(message, "s", &interface) < 0 || std::strcmp(interface, session_interface) != 0) return 0;
  if (api.enter(message, 'a', "{sv}") < 0) return 0;
  while (api.enter(message, 'e', "sv") > 0) {
    const char* name = nullptr;
    int locked = 0;
    if (api.read(message, "s", &name) < 0) return 0;
    if (std::strcmp(name, "LockedHint") == 0) {
      if (api.read(message, "v", "b", &locked) < 0) return 0;
      self.ask_user_of(api.path_of(message), locked != 0 ? session_state::locked : session_state::unlocked);
    } else if (api.skip(message, "v") < 0) {
      return 0;
    }
    if (api.leave(message) < 0) return 0;
  }
  return 0;
}

// Other people's sessions are none of ours.
void session_watch::listener::ask_user_of(const char* session, session_state now) {
  const auto answered =
      now == session_state::locked ? on_user<session_state::locked> : on_user<session_state::unlocked>;
  api.call_method_async(bus, nullptr, logind, session, properties_interface, "Get", answered, this, "ss",
                        session_interface, "User");
}

// User: (uo), the uid and the path of the user.
template <session_state now>
int session_watch::listener::on_user(sd_bus_message* message, void* data, sd_bus_error* /*unused*/) {
  auto& self = *static_cast<listener*>(data);
  std::uint32_t uid = 0;
  const char* path = nullptr;
  if (self.api.is_method_error(message, nullptr) != 0) return 0;
  if (self.api.read(message, "v", "(uo)", &uid, &path) < 0 || uid != ::geteuid()) return 0;
  self.tell(now);
  return 0;
}

// ListSessions() -> a(susso): id, uid, user, seat, path. One of ours may have been locked before we looked.
int session_watch::listener::on_sessions(sd_bus_message* message, void* data, sd_bus_error* /*unused*/) {
  auto& self = *static_cast<listener*>(data);
  const bus_functions& api = self.api;
  if (api.is_method_error(message, nullptr) != 0 || api.enter(message, 'a', "(susso)") < 0) return 0;
  const char *id = nullptr, *user = nullptr, *seat = nullptr, *path = nullptr;
  std::uint32_t uid = 0;
  while (api.read(message, "(susso)", &id, &uid, &user, &seat, &path) > 0)
    if (uid == ::geteuid())
      api.call_method_async(self.bus, nullptr, logind, path, properties_interface, "Get", on_hint, data, "ss",
                            session_interface, "LockedHint");
  return 0;
}

int session_watch::listener::on_hint(sd_bus_message* message, void* data, sd_bus_error* /*unused*/) {
  auto& self = *static_cast<listener*>(data);
  int locked = 0;
  if (self.api.is_method_error(message, nullptr) != 0 || self.api.read(message, "v", "b", &locked) < 0) return 0;
  if (locked != 0) self.tell(session_state::locked);
  return 0;
}

bool session_watch::listener::connect() {
  constexpr const char* signals =
      "type='signal',sender='org.freedesktop.login1',interface='org.freedesktop.login1.Session',"
      "path_namespace='/org/freedesktop/login1/session'";
  constexpr const char* properties =
      "type='signal',sender='org.freedesktop.login1',interface='org.freedesktop.DBus.Properties',"
      "member='PropertiesChanged',path_namespace='/org/freedesktop/login1/session'";
  if (api.open_system(&bus) < 0) return false;
  boost::system::error_code failed;
  const int own = ::dup(api.get_fd(bus));  // Each of the two closes its own.
  if (own < 0 || descriptor.assign(own, failed)) return false;
  return api.add_match_async(bus, nullptr, signals, on_signal, nullptr, this) >= 0 &&
         api.add_match_async(bus, nullptr, properties, on_properties, nullptr, this) >= 0 &&
         api.call_method_async(bus, nullptr, logind, manager_path, manager_interface, "ListSessions", on_sessions, this,
                               nullptr) >= 0;
}

void session_watch::listener::disconnect() {
  boost::system::error_code ignored;  // Closed either way.
  if (descriptor.is_open()) descriptor.close(ignored);
  if (bus != nullptr) api.close_unref(std::exchange(bus, nullptr));
}

// Until the bus goes away.
task<> session_watch::listener::serve() {
  using namespace asio::experimental::awaitable_operators;
  const auto ready = [this](asio::posix::stream_descriptor::wait_type what) {
    return descriptor.async_wait(what, asio::as_tuple(asio::use_awaitable));
  };
  while (!stopped) {
    const int done = api.process(bus, nullptr);
    if (done < 0) co_return;
    if (done > 0) continue;
    const int events = api.get_events(bus);
    if (events < 0) co_return;
    if ((events & POLLOUT) != 0)
      co_await (ready(descriptor.wait_read) || ready(descriptor.wait_write));
    else
      co_await ready(descriptor.wait_read);
  }
}

task<> session_watch::listener::run() {
  const auto self = shared_from_this();
  bool told = false;
  while (!stopped) {
    if (connect()) {
      told = false;
      co_await serve();
    }
    disconnect();
    if (stopped) co_return;
    if (!std::exchange(told, true))
      log::warning("the system bus does not answer: latchkeyd does not see the session being locked (looking again)",
                   {{}, "lock"});
    timer.expires_after(next_try);
    co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
  }
}

void session_watch::listener::stop() {
  stopped = true;
  tell = [](session_state) {};
  timer.cancel();
  disconnect();
}

session_watch::session_watch(asio::any_io_executor executor, std::function<void(session_state)> tell)
    : executor_(std::move(executor)), tell_(std::move(tell)) {}

session_watch::~session_watch() {
  if (listener_) listener_->stop();
}

void session_watch::start() {
  listener_ = std::make_shared<listener>(executor_, tell_);
  if (!load(listener_->api)) {
    log::warning("there is no libsystemd: latchkeyd does not see the session being locked", {{}, "lock"});
    return;
  }
  asio::co_spawn(executor_, listener_->run(), log::report_bug("the watch over the session"));
}

}  // namespace latchkey
