#include "tests/daemon/notify/notification_service.h"

#include <systemd/sd-bus.h>

#include <system_error>

namespace latchkey::support {
namespace {

void check(int result, const char* what) {
  if (result < 0) throw std::system_error(-result, std::generic_category(), what);
}

shown_notification read_notification(sd_bus_message* message) {
  const char* app = nullptr;
  const char* icon = nullptr;
  const char* summary = nullptr;
  const char* body = nullptr;
  shown_notification shown;
  check(::sd_bus_message_read(message, "susss", &app, &shown.replaces, &icon, &summary, &body), "read");
  check(::sd_bus_message_enter_container(message, 'a', "s"), "enter");
  for (const char* each = nullptr; ::sd_bus_message_read(message, "s", &each) > 0;) shown.actions.emplace_back(each);
  check(::sd_bus_message_exit_container(message), "exit");
  check(::sd_bus_message_skip(message, "a{sv}"), "skip");
  check(::sd_bus_message_read(message, "i", &shown.expires), "read");
  shown.app = app;
  shown.summary = summary;
  shown.body = body;
  return shown;
}

}  // namespace

void notification_service::closer::operator()(sd_bus* bus) const {
  ::sd_bus_flush_close_unref(bus);
}

int notification_service::on_notify(sd_bus_message* message, void* self, void* /*error*/) {
  auto& service = *static_cast<notification_service*>(self);
  service.shown_.push_back(read_notification(message));
  service.asker_ = ::sd_bus_message_get_sender(message);
  const std::uint32_t replaced = service.shown_.back().replaces;
  return ::sd_bus_reply_method_return(message, "u", replaced != 0 ? replaced : ++service.last_id_);
}

int notification_service::on_close(sd_bus_message* message, void* self, void* /*error*/) {
  std::uint32_t id = 0;
  check(::sd_bus_message_read(message, "u", &id), "read");
  static_cast<notification_service*>(self)->closed_.push_back(id);
  return ::sd_bus_reply_method_return(message, nullptr);
}

int notification_service::on_capabilities(sd_bus_message* message, void* self, void* /*error*/) {
  if (static_cast<notification_service*>(self)->of_ == capable::of_text)
    return ::sd_bus_reply_method_return(message, "as", 1, "body");
  return ::sd_bus_reply_method_return(message, "as", 2, "body", "actions");
}

notification_service::notification_service(capable of) : of_(of) {
  static const sd_bus_vtable methods[] = {
      SD_BUS_VTABLE_START(0),
      SD_BUS_METHOD(
          "CloseNotification", "u", "",
          [](sd_bus_message* message, void* self, sd_bus_error* error) { return on_close(message, self, error); },
          SD_BUS_VTABLE_UNPRIVILEGED),
      SD_BUS_METHOD(
          "GetCapabilities", "", "as",
          [](sd_bus_message* message, void* self, sd_bus_error* error) {
            return on_capabilities(message, self, error);
          },
          SD_BUS_VTABLE_UNPRIVILEGED),
      SD_BUS_METHOD(
          "Notify", "susssasa{sv}i", "u",
          [](sd_bus_message* message, void* self, sd_bus_error* error) { return on_notify(message, self, error); },
          SD_BUS_VTABLE_UNPRIVILEGED),
      SD_BUS_VTABLE_END};
  sd_bus* opened = nullptr;
  check(::sd_bus_open_user(&opened), "sd_bus_open_user");
  bus_.reset(opened);
  constexpr const char* name = "org.freedesktop.Notifications";
  check(::sd_bus_add_object_vtable(bus_.get(), nullptr, "/org/freedesktop/Notifications", name, methods, this),
        "vtable");
  check(::sd_bus_request_name(bus_.get(), name, 0), "sd_bus_request_name");
}

template <class Done>
void notification_service::serve_until(const Done& done) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (!done() && std::chrono::steady_clock::now() < until) {
    const int handled = ::sd_bus_process(bus_.get(), nullptr);
    check(handled, "sd_bus_process");
    if (handled == 0) check(::sd_bus_wait(bus_.get(), 100'000), "sd_bus_wait");
  }
}

std::optional<shown_notification> notification_service::next() {
  serve_until([this] { return !shown_.empty(); });
  if (shown_.empty()) return std::nullopt;
  shown_notification first = std::move(shown_.front());
  shown_.pop_front();
  return first;
}

void notification_service::press(std::uint32_t id, const std::string& key) {
  constexpr const char* name = "org.freedesktop.Notifications";
  check(
      ::sd_bus_emit_signal(bus_.get(), "/org/freedesktop/Notifications", name, "ActionInvoked", "us", id, key.c_str()),
      "emit");
  dismiss(id);
}

void notification_service::dismiss(std::uint32_t id) {
  constexpr const char* name = "org.freedesktop.Notifications";
  constexpr std::uint32_t by_the_person = 2;
  check(::sd_bus_emit_signal(bus_.get(), "/org/freedesktop/Notifications", name, "NotificationClosed", "uu", id,
                             by_the_person),
        "emit");
  check(::sd_bus_flush(bus_.get()), "flush");
}

std::optional<std::uint32_t> notification_service::next_closed() {
  serve_until([this] { return !closed_.empty(); });
  if (closed_.empty()) return std::nullopt;
  const std::uint32_t first = closed_.front();
  closed_.pop_front();
  return first;
}

}  // namespace latchkey::support
