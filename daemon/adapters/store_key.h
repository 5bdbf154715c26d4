// The key of the encrypted files: where it comes from, and making one where nobody gave one. Used by the file
// store and the journal. Keeps no copy of it.
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
  /// As read(), where something is encrypted already. Errors: also store_locked where STATE/store.key is missing.
  [[nodiscard]] result<secret> obtain() const;
  /// As obtain(), but where nothing is encrypted yet, a missing STATE/store.key is made of `fresh` (box_key_bytes of
  /// random ones). Of two that do so at once, both get the same. Errors: also internal where it cannot be written.
  [[nodiscard]] result<secret> obtain_or_make(const secret& fresh) const;

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
