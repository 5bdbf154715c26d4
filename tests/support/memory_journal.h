// A journal in memory that survives the "processes" of a test and fails as told.
#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <vector>

#include "daemon/ports.h"

namespace latchkey::support {

class memory_journal : public record_journal {
 public:
  result<entry_number> write(const record_id& id, const secret& content) override {
    if (write_fault) return *write_fault;
    entries[id].push_back({content.clone(), ++last_});
    return last_;
  }
  task<result<>> sync(record_id id, entry_number number) override {
    if (on_sync) co_await on_sync();
    if (sync_fault) co_return *sync_fault;
    co_return remove(id, number - 1);
  }
  result<std::optional<entry>> read(const record_id& id) override {
    if (read_fault) return *read_fault;
    const auto found = entries.find(id);
    if (found == entries.end()) return std::optional<entry>();
    return std::optional<entry>({found->second.back().content.clone(), found->second.back().number});
  }
  result<> remove(const record_id& id, entry_number through) override {
    std::erase_if(entries[id], [&](const entry& each) { return each.number <= through; });
    if (entries[id].empty()) entries.erase(id);
    return {};
  }
  result<std::vector<record_id>> list() override {
    std::vector<record_id> ids;
    for (const auto& [id, all] : entries) ids.push_back(id);
    return ids;
  }

  std::map<record_id, std::vector<entry>> entries;
  std::optional<fault> write_fault;
  std::optional<fault> sync_fault;
  std::optional<fault> read_fault;
  std::function<task<>()> on_sync;

 private:
  entry_number last_ = 0;
};

}  // namespace latchkey::support
