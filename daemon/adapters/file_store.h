// The token store as encrypted files: STATE/store/ACCOUNT.grant and ACCOUNT.client-secret, each a sealed box whose
// label is its own file name. Never overwrites what it cannot read. Needs the state folder's lock (state_lock).
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "core/sealed_box.h"
#include "core/settings.h"
#include "daemon/adapters/store_key.h"
#include "daemon/adapters/store_thread.h"
#include "daemon/ports.h"

namespace latchkey {

class file_store final : public token_store {
 public:
  /// Touches no file. `random` outlives this and is asked on the caller's thread alone.
  file_store(std::filesystem::path state_folder, const settings& configured, random_source& random);

  task<result<stored_record>> load(record_id id) override;
  task<result<record_version>> save(record_id id, secret value, record_version expected) override;
  task<result<>> erase(record_id id) override;
  [[nodiscard]] std::string backend() const override { return "file"; }
  [[nodiscard]] std::string description() const override;

 private:
  // Drawn before the work moves to the thread: the source need not be thread-safe.
  struct dice {
    box_nonce nonce{};
    secret new_key;
  };
  // What follows runs on the thread.
  result<> prepare();
  result<stored_record> load_now(const record_id& id);
  result<record_version> save_now(const record_id& id, const secret& value, record_version expected, const dice& drawn);
  result<> erase_now(const record_id& id);
  result<> keep_key(result<secret> obtained);

  std::filesystem::path state_folder_;
  std::filesystem::path folder_;
  store_key key_source_;
  random_source& random_;
  std::optional<secret> key_;
  bool cleared_ = false;
  store_thread thread_;  // Last: gone before what its work uses.
};

}  // namespace latchkey
