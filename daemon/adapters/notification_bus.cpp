#include "daemon/adapters/notification_bus.h"

#include <dlfcn.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>

#include "os/libsystemd.h"

namespace latchkey {
namespace {

using steady = std::chrono::steady_clock;

constexpr std::chrono::seconds answer_limit{10};  // The bus may have to start what shows notifications.
constexpr std::int32_t until_dismissed = 0;
constexpr const char* service = "org.freedesktop.Notifications";
constexpr const char* object = "/org/freedesktop/Notifications";

template <class Function>
bool take(Function& function, void* library, const char* name) {
  function = reinterpret_cast<Function>(::dlsym(library, name));
  return function != nullptr;
}

}  // namespace

std::optional<bus_functions> load_bus_functions() {
  void* const library = load_libsystemd();
  bus_functions api{};
  const bool complete = library != nullptr && take(api.open_user, library, "sd_bus_open_user") &&
                        take(api.close_unref, library, "sd_bus_close_unref") &&
                        take(api.process, library, "sd_bus_process") && take(api.get_fd, library, "sd_bus_get_fd") &&
                        take(api.get_events, library, "sd_bus_get_events") &&
                        take(api.call_method_async, library, "sd_bus_call_method_async") &&
                        take(api.match_signal_async, library, "sd_bus_match_signal_async") &&
                        take(api.message_is_method_error, library, "sd_bus_message_is_method_error") &&
                        take(api.message_get_sender, library, "sd_bus_message_get_sender") &&
                        take(api.message_read, library, "sd_bus_message_read") &&
                        take(api.message_read_strv, library, "sd_bus_message_read_strv");
  return complete ? std::optional(api) : std::nullopt;
}

notification_bus::notification_bus(const bus_functions& api, int stop, const handlers& told, sd_bus* bus)
    : api_(api), stop_(stop), told_(told), bus_(bus, api.close_unref) {}

std::unique_ptr<notification_bus> notification_bus::open(const bus_functions& api, int stop, const handlers& told) {
  sd_bus* opened = nullptr;
  if (api.open_user(&opened) < 0) return nullptr;
  std::unique_ptr<notification_bus> made(new notification_bus(api, stop, told, opened));
  return made->listen() ? std::move(made) : nullptr;
}

bool notification_bus::listen() {
  const auto match = [this](const char* signal, sd_bus_message_handler_t handler) {
    return api_.match_signal_async(bus_.get(), nullptr, service, object, service, signal, handler, nullptr, this) >= 0;
  };
  return match("ActionInvoked", on_action) && match("NotificationClosed", on_closed);
}

std::string notification_bus::sender_of(sd_bus_message* message) const {
  const char* const name = api_.message_get_sender(message);
  return name == nullptr ? std::string() : std::string(name);
}

// False for an error reply.
bool notification_bus::begin_answer(sd_bus_message* message) {
  answer_.came = true;
  answer_.sender = sender_of(message);
  return api_.message_is_method_error(message, nullptr) == 0;
}

int notification_bus::on_number(sd_bus_message* message, void* self, sd_bus_error* /*unused*/) {
  auto& bus = *static_cast<notification_bus*>(self);
  bus.answer_.good = bus.begin_answer(message) && bus.api_.message_read(message, "u", &bus.answer_.number) > 0;
  return 0;
}

int notification_bus::on_words(sd_bus_message* message, void* self, sd_bus_error* /*unused*/) {
  auto& bus = *static_cast<notification_bus*>(self);
  char** words = nullptr;
  bus.answer_.good = bus.begin_answer(message) && bus.api_.message_read_strv(message, &words) >= 0;
  for (char** each = words; each != nullptr && *each != nullptr; ++each) {
    bus.answer_.words.emplace_back(*each);
    std::free(*each);
  }
  std::free(words);
  return 0;
}

int notification_bus::on_action(sd_bus_message* message, void* self, sd_bus_error* /*unused*/) {
  auto& bus = *static_cast<notification_bus*>(self);
  shown_id which;
  const char* key = nullptr;
  if (bus.api_.message_read(message, "us", &which.number, &key) < 0) return 0;
  which.shown_by = bus.sender_of(message);
  bus.told_.pressed(which, key);
  return 0;
}

int notification_bus::on_closed(sd_bus_message* message, void* self, sd_bus_error* /*unused*/) {
  auto& bus = *static_cast<notification_bus*>(self);
  shown_id which;
  if (bus.api_.message_read(message, "u", &which.number) < 0) return 0;
  which.shown_by = bus.sender_of(message);
  bus.told_.closed(which);
  return 0;
}

// Until something is to be read or written, `stop` or `other` is readable, or the time is up; false for the last three.
bool notification_bus::poll_for(int other, std::optional<steady::time_point> until) {
  const int events = api_.get_events(bus_.get());
  if (events < 0) return false;
  std::array<pollfd, 3> watched{pollfd{api_.get_fd(bus_.get()), static_cast<short>(events), 0},
                                pollfd{stop_, POLLIN, 0}, pollfd{other, POLLIN, 0}};
  int limit = -1;
  if (until) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(*until - steady::now()).count();
    if (left <= 0) return false;
    limit = static_cast<int>(left);
  }
  const int ready = ::poll(watched.data(), watched.size(), limit);
  if (ready < 0) return errno == EINTR;
  return ready > 0 && watched[1].revents == 0 && watched[2].revents == 0;
}

// Of a call that was just made; `sent` is what sd-bus said to that.
bool notification_bus::take_answer(int sent) {
  const auto until = steady::now() + answer_limit;
  constexpr int nothing_else = -1;
  while (alive_ && sent >= 0 && !answer_.came) {
    const int done = api_.process(bus_.get(), nullptr);
    // An answer that comes later would be taken for another's: so it is the end of the connection.
    if (done < 0 || (done == 0 && !answer_.came && !poll_for(nothing_else, until))) alive_ = false;
  }
  if (sent < 0) alive_ = false;
  return alive_ && answer_.good;
}

std::optional<shown_id> notification_bus::show(const notification& what) {
  answer_ = {};
  const auto notify = [&](auto... actions) {
    return api_.call_method_async(bus_.get(), nullptr, service, object, service, "Notify", on_number, this,
                                  "susssasa{sv}i", "Latchkey", what.replaces, "dialog-password", what.summary.c_str(),
                                  what.body.c_str(), actions..., 0U, until_dismissed);
  };
  const int sent =
      what.with == buttons::none ? notify(0U) : notify(6U, "allow", "Allow", "day", "Allow for a day", "deny", "Deny");
  if (!take_answer(sent) || answer_.number == 0) return std::nullopt;
  return shown_id{answer_.number, answer_.sender};
}

bool notification_bus::has_buttons() {
  answer_ = {};
  const int sent =
      api_.call_method_async(bus_.get(), nullptr, service, object, service, "GetCapabilities", on_words, this, "");
  return take_answer(sent) && std::ranges::find(answer_.words, "actions") != answer_.words.end();
}

void notification_bus::close(const shown_id& shown) {
  api_.call_method_async(bus_.get(), nullptr, shown.shown_by.c_str(), object, service, "CloseNotification", nullptr,
                         nullptr, "u", shown.number);
}

void notification_bus::wait(int wake) {
  const int done = api_.process(bus_.get(), nullptr);
  if (done < 0) alive_ = false;
  if (done == 0) poll_for(wake, std::nullopt);
}

}  // namespace latchkey
