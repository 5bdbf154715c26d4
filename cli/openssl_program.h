// Runs the openssl program, as the provider's guide does by hand. No shell: the words go to it as they are. A
// passphrase goes by a pipe, so that no other program sees it; what openssl prints comes back in memory, so that
// nothing half-written lies on the disk.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/secret.h"
#include "os/unique_fd.h"

namespace latchkey::cli {

/// The number of the pipe in openssl's options: `-passout fd:3`.
inline constexpr int passphrase_fd = 3;

/// Runs `openssl WORDS` with `input` (nothing: /dev/null) as its standard input and `passphrase` on passphrase_fd.
/// Returns a file in memory with what it printed, from its beginning. Throws client_error: no such program, or what
/// openssl said where it failed.
[[nodiscard]] unique_fd run_openssl(std::vector<std::string> words, const unique_fd& input, const secret& passphrase);

/// The content of a file that run_openssl() returned, at most 64 KiB of it.
[[nodiscard]] std::string content_of(const unique_fd& file);

}  // namespace latchkey::cli
