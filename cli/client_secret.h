// Takes a client secret from a file, a pipe or a person's keyboard; never from the command line, where every program on
// the machine and the shell's history would see it.
#pragma once

#include <string>
#include <vector>

#include "latchkey/client.h"

namespace latchkey::cli {

/// Throws client_error with exit code 2 where an argument is --client-secret, with or without a value.
void refuse_secret_argument(const std::vector<std::string>& arguments);

/// The content of `file` ("-": standard input; on a terminal asked for without echo) less one line end. Wipe it after
/// use. Warns where others can read the file. Throws client_error.
[[nodiscard]] std::string read_client_secret(const std::string& file);

/// Where the parts of a client secret that the provider encrypted are.
struct encrypted_client_secret_files {
  std::string ciphertext;   ///< Base64; "-": standard input.
  std::string private_key;  ///< RSA, in PEM.
  std::string passphrase;   ///< Empty: an encrypted key's passphrase is asked for on the terminal, without echo.
  bool oaep = false;        ///< The padding is OAEP, not PKCS#1 v1.5.
};

/// Reads them; the daemon decrypts. Wipe it after use. Throws client_error.
[[nodiscard]] encrypted_client_secret read_client_secret(const encrypted_client_secret_files& given);

}  // namespace latchkey::cli
