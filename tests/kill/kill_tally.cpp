#include "tests/kill/kill_tally.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <ostream>

namespace latchkey::kill_test {
namespace {

using std::chrono::microseconds;

verdict broken(const std::string& why, microseconds held = microseconds(0)) {
  return {fate::lost_though_received, held, why};
}

}  // namespace

moment answered_at(const nlohmann::json& entry) {
  return moment(std::chrono::nanoseconds(entry["answered_at"].get<std::int64_t>()));
}

verdict judge_loss(const nlohmann::json& entries, const death& seen) {
  if (entries.empty()) return broken("the provider had not rotated");
  const auto& last = entries.back();
  if (entries.size() > 1) return broken("the provider rotated more than once");
  if (last["answered_at"].is_null() || last["ended"] == "unread") return {fate::lost_unread, {}, {}};
  if (last["ended"] != "read") return broken("the provider does not know whether its answer was read");
  const auto running = seen.at - answered_at(last) - seen.waited;
  const auto held = std::max(std::chrono::duration_cast<microseconds>(running), microseconds(0));
  if (held <= grasp) return {fate::lost_within_the_grasp, held, {}};
  return broken("the daemon had the answer", held);
}

bool kill_tally::add(const verdict& seen) {
  ++kills_;
  switch (seen.what) {
    case fate::survived:
      ++survived_;
      return true;
    case fate::lost_unread:
      ++unread_;
      return rule_ != loss_rule::never;
    case fate::lost_within_the_grasp:
      held_.push_back(seen.held);
      return rule_ != loss_rule::never;
    case fate::lost_though_received:
      ++broken_;
      return false;
  }
  return false;
}

void kill_tally::print(std::ostream& to) const {
  to << "kills: " << kills_ << '\n'
     << "survived: " << survived_ << '\n'
     << "lost, the answer was unread when the daemon died: " << unread_ << '\n'
     << "lost, the answer was read less than " << grasp.count() << " us before the kill: " << held_.size();
  if (!held_.empty()) {
    auto sorted = held_;
    std::ranges::sort(sorted);
    to << " (half of them " << sorted[sorted.size() / 2].count() << " us or more, the longest " << sorted.back().count()
       << " us)";
  }
  to << '\n' << "lost, though the daemon had received it: " << broken_ << '\n';
}

}  // namespace latchkey::kill_test
