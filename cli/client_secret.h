// Takes a client secret from a file, a pipe or a person's keyboard; never from the command line, where every program on
// the machine and the shell's history would see it.
#pragma once

#include <string>
#include <vector>

namespace latchkey::cli {

/// Throws client_error with exit code 2 where an argument is --client-secret, with or without a value.
void refuse_secret_argument(const std::vector<std::string>& arguments);

/// The content of `file` ("-": standard input; on a terminal asked for without echo) less one line end. Wipe it after
/// use. Warns where others can read the file. Throws client_error.
[[nodiscard]] std::string read_client_secret(const std::string& file);

}  // namespace latchkey::cli
