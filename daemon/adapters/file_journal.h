// The journal as files: STATE/journal/ACCOUNT.grant.NUMBER, a new one for each entry, sealed under the key of the file
// store with its own name as the label. The highest number that opens counts. Needs the state folder's lock
// (state_lock).
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <vector>

#include "core/sealed_box.h"
#include "core/settings.h"
#include "daemon/adapters/record_file.h"
#include "daemon/adapters/store_key.h"
#include "daemon/adapters/store_thread.h"
#include "daemon/ports.h"

namespace latchkey {

class file_journal final : public record_journal {
 public:
  /// Touches no file. `random` outlives this.
  file_journal(std::filesystem::path state_folder, const settings& configured, random_source& random);

  result<entry_number> write(const record_id& id, const secret& content) override;
  task<result<>> sync(record_id id, entry_number number) override;
  result<std::optional<entry>> read(const record_id& id) override;
  result<> remove(const record_id& id, entry_number through) override;
  result<std::vector<record_id>> list() override;

 private:
  // What is known of a record's files, so that writing asks the folder nothing.
  struct known_files {
    std::vector<entry_number> ours;     // there to be removed once they are old
    std::vector<entry_number> foreign;  // of another key or a newer version: set aside once they are old
    entry_number last = 0;              // the highest number in the folder, whatever the file is
  };
  result<known_files*> look(const record_id& id);
  result<> prepare();
  result<std::optional<entry>> open(const record_id& id, entry_number number, known_files& known);
  result<> remove_old(const record_id& id, const known_files& old);
  [[nodiscard]] std::filesystem::path path_of(const record_id& id, entry_number number) const;

  std::filesystem::path state_folder_;
  std::filesystem::path folder_;
  store_key key_source_;
  random_source& random_;
  std::optional<secret> key_;
  std::map<record_id, known_files> known_;
  store_thread thread_;  // Last: gone before what its work uses.
};

}  // namespace latchkey
