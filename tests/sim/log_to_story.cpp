#include "tests/sim/log_to_story.h"

#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>

#include "daemon/log.h"

namespace latchkey {
namespace {

sim::world* listener = nullptr;

void write(std::string_view message) {
  if (listener == nullptr) return;
  listener->told.step([&] { return "log: " + std::string(message); });
  listener->eyes.log_line(message);
}

}  // namespace

namespace log {

void set_level(log_level /*level*/) {}
void debug(std::string_view message, const subject& /*about*/) {
  write(message);
}
void info(std::string_view message, const subject& /*about*/) {
  write(message);
}
void warning(std::string_view message, const subject& /*about*/) {
  write(message);
}
void error(std::string_view message, const subject& /*about*/) {
  write(message);
}

void bug(std::string_view where, const std::exception_ptr& failed) {
  if (!failed) return;
  try {
    std::rethrow_exception(failed);
  } catch (const boost::system::system_error& stopped) {
    if (stopped.code() != boost::asio::error::operation_aborted)
      error(std::string(where) + " ended in a bug: " + stopped.what());
  } catch (const std::exception& thrown) {
    error(std::string(where) + " ended in a bug: " + thrown.what());
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
