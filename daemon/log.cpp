#include "daemon/log.h"

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>
#include <cstdlib>
#include <memory>

namespace latchkey::log {
namespace {

// sd-daemon(3): the journal reads the level from "<N>" at the start of a line.
class priority_prefix : public spdlog::custom_flag_formatter {
 public:
  void format(const spdlog::details::log_msg& message, const std::tm& /*unused*/, spdlog::memory_buf_t& out) override {
    const std::string_view prefix = message.level >= spdlog::level::err    ? "<3>"
                                    : message.level == spdlog::level::warn ? "<4>"
                                    : message.level == spdlog::level::info ? "<6>"
                                                                           : "<7>";
    out.append(prefix.data(), prefix.data() + prefix.size());
  }
  [[nodiscard]] std::unique_ptr<custom_flag_formatter> clone() const override {
    return std::make_unique<priority_prefix>();
  }
};

std::unique_ptr<spdlog::formatter> line_format() {
  auto format = std::make_unique<spdlog::pattern_formatter>();
  const bool to_journal = std::getenv("JOURNAL_STREAM") != nullptr;
  format->add_flag<priority_prefix>('*').set_pattern(to_journal ? "%*%v" : "%Y-%m-%d %H:%M:%S.%e %l: %v");
  return format;
}

spdlog::logger& logger() {
  static const auto instance = [] {
    auto made = std::make_shared<spdlog::logger>("latchkeyd", std::make_shared<spdlog::sinks::stderr_sink_st>());
    made->set_formatter(line_format());
    made->flush_on(spdlog::level::trace);
    return made;
  }();
  return *instance;
}

spdlog::level::level_enum level_of(log_level level) {
  switch (level) {
    case log_level::error:
      return spdlog::level::err;
    case log_level::warning:
      return spdlog::level::warn;
    case log_level::info:
      return spdlog::level::info;
    case log_level::debug:
      return spdlog::level::debug;
  }
  return spdlog::level::info;
}

void write(log_level level, std::string_view message) {
  logger().log(level_of(level), spdlog::string_view_t(message.data(), message.size()));
}

}  // namespace

void set_level(log_level level) {
  logger().set_level(level_of(level));
}
void debug(std::string_view message) {
  write(log_level::debug, message);
}
void info(std::string_view message) {
  write(log_level::info, message);
}
void warning(std::string_view message) {
  write(log_level::warning, message);
}
void error(std::string_view message) {
  write(log_level::error, message);
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

}  // namespace latchkey::log
