// What logind is to session_watch (org.freedesktop.login1(5)): owns the name on the bus of $DBUS_SYSTEM_BUS_ADDRESS,
// has one session of this user and one of another, and locks them when the test says so. Runs in the test's own thread.
#pragma once

#include <cstdint>
#include <memory>

struct sd_bus;

namespace latchkey::support {

struct login_session {
  const char* path;
  std::uint32_t uid;
  int locked_hint = 0;
};

class imitated_logind {
 public:
  /// On return the bus knows the name. Throws std::system_error.
  imitated_logind();

  /// "Lock" or "Unlock", as `loginctl lock-session` has it sent.
  void signal(const login_session& session, const char* member);
  /// As a desktop says that it has locked the session, or unlocked it.
  void set_locked_hint(login_session& session, bool locked);
  /// Answers what was asked. Returns once nothing is left to do, at the latest when `wait` is over and nothing came.
  void serve(std::uint64_t wait_microseconds);

  login_session mine;
  login_session stranger;

 private:
  void offer(login_session& session);
  struct closer {
    void operator()(sd_bus* bus) const;
  };
  std::unique_ptr<sd_bus, closer> bus_;
};

}  // namespace latchkey::support
