#include "tests/sim/log_to_story.h"

#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>

#include "daemon/log.h"

namespace latchkey {
namespace {

sim::world* listener = nullptr;

enum class severity { fine, error };

void write(severity how, std::string_view message) {
  if (listener == nullptr) return;
  listener->told.step([&] { return "log: " + std::string(message); });
  listener->eyes.log_line(message, how == severity::error);
}

}  // namespace

namespace log {

void set_level(log_level /*level*/) {}
void debug(std::string_view message) {
  write(severity::fine, message);
}
void info(std::string_view message) {
  write(severity::fine, message);
}
void warning(std::string_view message) {
  write(severity::fine, message);
}
void error(std::string_view message) {
  write(severity::error, message);
}

void bug(std::string_view where, const std::exception_ptr& failed) {
  if (!failed) return;
  try {
    std::rethrow_exception(failed);
  } catch (const boost::system::system_error& stopped) {
    if (stopped.code() != boost::asio::error::operation_aborted) error(std::string(where) + ": " + stopped.what());
  } catch (const std::exception& thrown) {
    error(std::string(where) + ": " + thrown.what());
  }
}

}  // namespace log

namespace sim {

log_to_story::log_to_story(world& around) {
  listener = &around;
}

log_to_story::~log_to_story() {
  listener = nullptr;
}

}  // namespace sim
}  // namespace latchkey
