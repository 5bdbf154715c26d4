// The key of the encrypted files: where it comes from, and making one where nobody gave one. Used by the file store.
// Keeps no copy of it.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "core/error.h"
#include "core/secret.h"

namespace latchkey {

class store_key {
 public:
  /// `key_file`: [store] key_file of config.toml, or empty.
  store_key(std::filesystem::path state_folder, std::filesystem::path key_file);

  /// From, in this order: the systemd credential "latchkey-store-key" (systemd.exec(5), $CREDENTIALS_DIRECTORY), the
  /// configured key file, STATE/store.key. The file holds 32 bytes, or 64 hexadecimal digits, or 44 characters of
  /// base64. Nothing where only STATE/store.key is left and it is missing.
  /// Errors: store_locked with what to do.
  [[nodiscard]] result<std::optional<secret>> read() const;
  /// Writes `key` (box_key_bytes of them) to STATE/store.key. Only where read() gave nothing and nothing is encrypted
  /// yet.
  [[nodiscard]] result<> keep(const secret& key) const;

  /// The file the key is read from, for messages.
  [[nodiscard]] std::filesystem::path path() const;
  /// A sentence for `latchkey doctor`: where the key is and who can read it.
  [[nodiscard]] std::string description() const;

 private:
  [[nodiscard]] std::filesystem::path generated() const;

  std::filesystem::path state_folder_;
  std::filesystem::path key_file_;
};

}  // namespace latchkey
