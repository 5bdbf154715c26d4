#include "daemon/log.h"

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <unistd.h>

#include <array>
#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>
#include <cstdlib>
#include <memory>
#include <span>

#include "daemon/journal_socket.h"

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

// $JOURNAL_STREAM is looked at once: nothing redirects a running daemon's stderr.
bool in_journal() {
  static const bool found = leads_to_journal(STDERR_FILENO, std::getenv("JOURNAL_STREAM"));
  return found;
}

std::unique_ptr<spdlog::formatter> line_format() {
  auto format = std::make_unique<spdlog::pattern_formatter>();
  format->add_flag<priority_prefix>('*').set_pattern(in_journal() ? "%*%v" : "%Y-%m-%d %H:%M:%S.%e %l: %v");
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

struct named_level {
  spdlog::level::level_enum spdlog;
  std::string_view priority;  // syslog(3)
};

named_level level_of(log_level level) {
  switch (level) {
    case log_level::error:
      return {spdlog::level::err, "3"};
    case log_level::warning:
      return {spdlog::level::warn, "4"};
    case log_level::info:
      return {spdlog::level::info, "6"};
    case log_level::debug:
      return {spdlog::level::debug, "7"};
  }
  return {spdlog::level::info, "6"};
}

bool sent_to_journal(std::string_view priority, std::string_view message, const subject& about) {
  static journal_socket journal;
  std::array<journal_field, 5> fields{journal_field{"MESSAGE", message}, journal_field{"PRIORITY", priority},
                                      journal_field{"SYSLOG_IDENTIFIER", "latchkeyd"}};
  std::size_t count = 3;
  if (!about.account.empty()) fields.at(count++) = {"LATCHKEY_ACCOUNT", about.account};
  if (!about.event.empty()) fields.at(count++) = {"LATCHKEY_EVENT", about.event};
  return journal.send(std::span(fields).first(count));
}

void write(log_level level, std::string_view message, const subject& about) {
  const auto [of_spdlog, priority] = level_of(level);
  if (!logger().should_log(of_spdlog)) return;
  if (in_journal() && sent_to_journal(priority, message, about)) return;
  logger().log(of_spdlog, spdlog::string_view_t(message.data(), message.size()));
}

}  // namespace

void set_level(log_level level) {
  logger().set_level(level_of(level).spdlog);
}
void debug(std::string_view message, const subject& about) {
  write(log_level::debug, message, about);
}
void info(std::string_view message, const subject& about) {
  write(log_level::info, message, about);
}
void warning(std::string_view message, const subject& about) {
  write(log_level::warning, message, about);
}
void error(std::string_view message, const subject& about) {
  write(log_level::error, message, about);
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
