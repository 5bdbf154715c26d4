// Speaks the journal's native protocol (systemd.io/JOURNAL_NATIVE_PROTOCOL): one datagram for an entry with fields.
// Used by the log alone; links nothing, so that a daemon that starts for one call starts at once.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "os/unique_fd.h"

namespace latchkey {

struct journal_field {
  std::string_view name;  ///< A-Z, 0-9 and _, not at the start
  std::string_view value;
};

/// The datagram for `fields`. A value with a line feed gets its length in front, so that it cannot pass for a field.
[[nodiscard]] std::string encode_journal_entry(std::span<const journal_field> fields);

/// True where `stream`, the value of $JOURNAL_STREAM ("DEVICE:INODE", systemd.exec(5)), is the file that `fd` is. Else
/// somebody has redirected it, and does not expect the lines in the journal.
[[nodiscard]] bool leads_to_journal(int fd, const char* stream);

class journal_socket {
 public:
  explicit journal_socket(std::string path = "/run/systemd/journal/socket") : path_(std::move(path)) {}

  /// False where nobody takes it, or it is too large for a datagram.
  [[nodiscard]] bool send(std::span<const journal_field> fields);

 private:
  std::string path_;
  unique_fd socket_;
};

}  // namespace latchkey
