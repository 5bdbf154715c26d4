// Files that must survive a power cut, and folders that must be private. Used by the stores and the account files.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "core/error.h"
#include "core/secret.h"

namespace latchkey {

/// Replaces `path` as a whole or not at all: temporary file beside it, write, fsync, rename, fsync of the folder.
/// `mode` as for open(2). Nothing half-written stays behind. Errors: internal, with the path and what the system said.
[[nodiscard]] result<> write_durably(const std::filesystem::path& path, std::string_view bytes, unsigned mode);
/// As write_durably(), but never replaces: false where `path` is there already, whoever made it.
[[nodiscard]] result<bool> create_durably(const std::filesystem::path& path, std::string_view bytes, unsigned mode);
/// Makes the new file `path` in as few system calls as there can be, its content in one write(2): on return a kill of
/// this process loses nothing, a power cut may. False where `path` is there already. A file that could not be written
/// whole does not stay behind. Errors: internal.
[[nodiscard]] result<bool> create_quickly(const std::filesystem::path& path, std::string_view bytes, unsigned mode);
/// Syncs a file that create_quickly() made, and its folder. Success where it is gone. Errors: internal.
[[nodiscard]] result<> sync_file(const std::filesystem::path& path);
/// The whole file, at most `limit` bytes; nothing where there is none.
/// Errors: internal.
[[nodiscard]] result<std::optional<secret>> read_file(const std::filesystem::path& path, std::size_t limit);
/// Removes the file and syncs its folder; a missing file is success.
[[nodiscard]] result<> remove_durably(const std::filesystem::path& path);
/// Makes `folder` and its parents with mode 0700. An existing one must be a real folder, this user's, and open to
/// nobody else. Errors: bad_request with the chmod or chown to run.
[[nodiscard]] result<> make_private_folder(const std::filesystem::path& folder);
/// Removes what an interrupted write_durably() left in `folder`.
void remove_leftovers(const std::filesystem::path& folder);

}  // namespace latchkey
