// The journal in front of the simulated store, and the truth about what a restart would find. What was written survives
// a kill; a power cut may take what was not synced.
#pragma once

#include <map>
#include <vector>

#include "daemon/ports.h"

namespace latchkey::sim {

struct world;

struct journal_contents {
  struct entry {
    entry_number number = 0;
    std::string bytes;
    bool synced = false;
  };
  std::map<record_id, std::vector<entry>> entries;
  entry_number last = 0;
};

class journal : public record_journal {
 public:
  explicit journal(world& around) : world_(around) {}

  result<entry_number> write(const record_id& id, const secret& content) override;
  task<result<>> sync(record_id id, entry_number number) override;
  result<std::optional<entry>> read(const record_id& id) override;
  result<> remove(const record_id& id, entry_number through) override;
  result<std::vector<record_id>> list() override;

  /// The power fails now.
  static void power_cut(world& around);

 private:
  world& world_;
};

/// Tells the witness what a restart would find for `id`, after a change to journal or store.
void tell_what_is_kept(world& around, const record_id& id);

}  // namespace latchkey::sim
