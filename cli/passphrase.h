// Takes a new passphrase from a file or a person's keyboard; never from the command line or the environment.
#pragma once

#include <string>

#include "core/secret.h"

namespace latchkey::cli {

/// The first line of `file` ("-": of standard input); without a file asked for on the terminal, twice and without
/// echo, until both are the same. Warns where others can read the file. Throws client_error, also
/// for one that openssl does not take as it is: shorter than 4 or longer than 1,000 bytes, or with a NUL.
[[nodiscard]] secret new_passphrase(const std::string& file);

}  // namespace latchkey::cli
