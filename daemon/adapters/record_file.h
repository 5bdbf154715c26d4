// How records are called on disk, and which of them are there. Used by the file store, the journal and their key.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/ports.h"

namespace latchkey {

/// Account names are checked where they come in; a store that follows "../" all the same would be one bug from harm.
/// Errors: internal.
[[nodiscard]] result<> check_record_name(const record_id& id);
/// "ACCOUNT.grant" or "ACCOUNT.client-secret".
[[nodiscard]] std::string record_file_name(const record_id& id);

/// A file of the journal: "ACCOUNT.grant.NUMBER".
struct journal_file {
  record_id id;
  entry_number number = 0;
  bool set_aside = false;  ///< More follows the number: kept for a person, never read.
};
[[nodiscard]] std::string journal_file_name(const record_id& id, entry_number number);
/// Nothing where the name is no such file's.
[[nodiscard]] std::optional<journal_file> parse_journal_file_name(std::string_view name);
/// The journal's files in no order; none where `folder` is missing. Errors: internal where it cannot be listed.
[[nodiscard]] result<std::vector<journal_file>> list_journal(const std::filesystem::path& folder);

/// Whether STATE/store holds records.
[[nodiscard]] bool has_stored_records(const std::filesystem::path& state_folder);
/// Whether anything in `state_folder` needs its key: a record of the store, or an entry of the journal.
[[nodiscard]] bool has_sealed_files(const std::filesystem::path& state_folder);

}  // namespace latchkey
