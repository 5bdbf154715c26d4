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
  check(::sd_bus_message_skip(message, "asa{sv}"), "skip");
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
  const std::uint32_t replaced = service.shown_.back().replaces;
  return ::sd_bus_reply_method_return(message, "u", replaced != 0 ? replaced : ++service.last_id_);
}

notification_service::notification_service() {
  static const sd_bus_vtable methods[] = {
      SD_BUS_VTABLE_START(0),
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

std::optional<shown_notification> notification_service::next() {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (shown_.empty() && std::chrono::steady_clock::now() < until) {
    const int done = ::sd_bus_process(bus_.get(), nullptr);
    check(done, "sd_bus_process");
    if (done == 0) check(::sd_bus_wait(bus_.get(), 100'000), "sd_bus_wait");
  }
  if (shown_.empty()) return std::nullopt;
  shown_notification first = std::move(shown_.front());
  shown_.pop_front();
  return first;
}

}  // namespace latchkey::support
