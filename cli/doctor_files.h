// The doctor's look at files and folders: who may read what is secret, and who may change what Latchkey believes.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "cli/doctor_checks.h"

namespace latchkey::cli {

struct file_seen {
  std::string path;
  mode_t mode = 0;  ///< As st_mode, with the kind of file.
  uid_t owner = 0;
};

/// What others may do to a file.
enum class file_rule {
  secret,   ///< Nothing: its owner reads it, and nobody else (0600, folders 0700).
  trusted,  ///< Read it. Only the user or root changes it.
};

struct flaw {
  verdict how_bad = verdict::warn;
  std::string path;
  std::string what;     ///< Continues the path: "is open to others".
  std::string command;  ///< That mends it.
};

/// What is wrong with `seen` for user `me`; nothing where all is well.
[[nodiscard]] std::optional<flaw> judge_file(const file_seen& seen, file_rule rule, uid_t me);
/// The verdict on all files of one folder: the worst flaw, and how many more there are.
[[nodiscard]] check judge_flaws(check in_order, const std::vector<flaw>& flaws);

/// config.toml, accounts/, providers/.
[[nodiscard]] check check_config_files();
/// The encrypted files, the journal, the key.
[[nodiscard]] check check_state_files();
/// Whether the key of the encrypted files lies beside them.
[[nodiscard]] check check_store_key();

}  // namespace latchkey::cli
