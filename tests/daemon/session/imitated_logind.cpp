#include "tests/daemon/session/imitated_logind.h"

#include <systemd/sd-bus.h>
#include <unistd.h>

#include <system_error>

namespace latchkey::support {
namespace {

constexpr const char* session_interface = "org.freedesktop.login1.Session";

void check(int result, const char* what) {
  if (result < 0) throw std::system_error(-result, std::generic_category(), what);
}

int put_user(sd_bus* /*bus*/, const char* /*path*/, const char* /*interface*/, const char* /*property*/,
             sd_bus_message* reply, void* data, sd_bus_error* /*error*/) {
  const auto& session = *static_cast<login_session*>(data);
  return ::sd_bus_message_append(reply, "(uo)", session.uid, "/org/freedesktop/login1/user/_0");
}

int put_hint(sd_bus* /*bus*/, const char* /*path*/, const char* /*interface*/, const char* /*property*/,
             sd_bus_message* reply, void* data, sd_bus_error* /*error*/) {
  return ::sd_bus_message_append(reply, "b", static_cast<login_session*>(data)->locked_hint);
}

int list_sessions(sd_bus_message* call, void* data, sd_bus_error* /*error*/) {
  const auto& manager = *static_cast<imitated_logind*>(data);
  return ::sd_bus_reply_method_return(call, "a(susso)", 2U, "1", manager.mine.uid, "me", "seat0", manager.mine.path,
                                      "2", manager.stranger.uid, "other", "", manager.stranger.path);
}

}  // namespace

void imitated_logind::closer::operator()(sd_bus* bus) const {
  ::sd_bus_flush_close_unref(bus);
}

imitated_logind::imitated_logind()
    : mine{"/org/freedesktop/login1/session/_31", ::geteuid()},
      stranger{"/org/freedesktop/login1/session/_32", ::geteuid() + 1} {
  static const sd_bus_vtable methods[] = {
      SD_BUS_VTABLE_START(0), SD_BUS_METHOD("ListSessions", "", "a(susso)", list_sessions, SD_BUS_VTABLE_UNPRIVILEGED),
      SD_BUS_VTABLE_END};
  sd_bus* opened = nullptr;
  check(::sd_bus_open_system(&opened), "sd_bus_open_system");
  bus_.reset(opened);
  check(::sd_bus_add_object_vtable(bus_.get(), nullptr, "/org/freedesktop/login1", "org.freedesktop.login1.Manager",
                                   methods, this),
        "vtable");
  offer(mine);
  offer(stranger);
  check(::sd_bus_request_name(bus_.get(), "org.freedesktop.login1", 0), "sd_bus_request_name");
}

void imitated_logind::offer(login_session& session) {
  static const sd_bus_vtable properties[] = {
      SD_BUS_VTABLE_START(0), SD_BUS_PROPERTY("User", "(uo)", put_user, 0, SD_BUS_VTABLE_PROPERTY_CONST),
      SD_BUS_PROPERTY("LockedHint", "b", put_hint, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE), SD_BUS_VTABLE_END};
  check(::sd_bus_add_object_vtable(bus_.get(), nullptr, session.path, session_interface, properties, &session),
        "vtable");
}

void imitated_logind::signal(const login_session& session, const char* member) {
  check(::sd_bus_emit_signal(bus_.get(), session.path, session_interface, member, ""), "sd_bus_emit_signal");
}

void imitated_logind::set_locked_hint(login_session& session, bool locked) {
  session.locked_hint = locked ? 1 : 0;
  check(::sd_bus_emit_properties_changed(bus_.get(), session.path, session_interface, "LockedHint", nullptr),
        "sd_bus_emit_properties_changed");
}

void imitated_logind::serve(std::uint64_t wait_microseconds) {
  for (int done = 1; done > 0;) {
    done = ::sd_bus_process(bus_.get(), nullptr);
    check(done, "sd_bus_process");
  }
  check(::sd_bus_wait(bus_.get(), wait_microseconds), "sd_bus_wait");
}

}  // namespace latchkey::support
