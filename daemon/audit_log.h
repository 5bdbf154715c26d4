// Who used which account, and what the person decided: JSON lines in audit.log, 0600, with one older file beside it
// (audit.log.1). No token is ever among what it gets. Used by app_gate and the broker.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/limits.h"
#include "core/types.h"
#include "ipc/app_messages.h"

namespace latchkey {

/// How often the same thing is told. A program that asks in a loop shall not push everything else out of the log.
enum class audit_pace {
  each,          ///< Every time.
  a_minute,      ///< Once in limits::audit_repeat.
  a_generation,  ///< Once for each generation of the token.
};

class audit_log {
 public:
  /// No path: nothing is kept.
  explicit audit_log(std::filesystem::path file) : file_(std::move(file)) {}

  /// Adds a line, unless the last one of the same app, account, method and outcome was it already. Does not wait for
  /// the disk. A file that cannot be written is told of in the log, once.
  void write(const ipc::audit_entry_info& entry, audit_pace pace, boot_time now);
  /// write() would add nothing: looks only, so that a caller need not make the entry.
  [[nodiscard]] bool told(std::string_view app, std::string_view account, std::string_view method,
                          std::int64_t generation) const;

  struct filter {
    std::optional<std::string> account;
    std::optional<std::string> app;
    std::size_t limit = limits::audit_entries_default;
  };
  /// The newest entries that pass, newest last. A line that is no entry is passed over. Errors: internal.
  [[nodiscard]] result<std::vector<ipc::audit_entry_info>> read(const filter& wanted) const;

 private:
  struct last_line {
    std::int64_t generation = 0;
    boot_time at;
  };
  [[nodiscard]] bool repeats(const ipc::audit_entry_info& entry, audit_pace pace, boot_time now);
  result<> append(const std::string& line);
  [[nodiscard]] std::filesystem::path older() const { return file_.native() + ".1"; }

  std::filesystem::path file_;
  std::map<std::string, last_line, std::less<>> last_;  // By app, account, method and outcome.
  bool failed_ = false;
};

}  // namespace latchkey
