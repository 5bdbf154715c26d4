#include "daemon/forced_refreshes.h"

#include <chrono>

#include "core/limits.h"

namespace latchkey {
namespace {

fault too_often(std::string_view account, const std::string& program, seconds pause) {
  fault why(errc::temporarily_unavailable,
            program + " has had the access token of " + std::string(account) + " replaced " +
                std::to_string(limits::forced_refreshes) + " times within " +
                std::to_string(limits::forced_refresh_window.count()) + " s while other programs use it: wait " +
                std::to_string(pause.count()) + " s, and look why it is refused there");
  why.retry_after = pause;
  return why;
}

}  // namespace

std::string program_in(std::string_view peer_name) {
  const std::size_t end = peer_name.rfind(" (process ");
  return std::string(peer_name.substr(0, end));
}

forced_refreshes::use& forced_refreshes::use_of(std::string_view account, generation_number generation) {
  auto found = uses_.find(account);
  if (found == uses_.end()) found = uses_.emplace(account, use()).first;
  use& its = found->second;
  if (its.generation != generation) {
    its.generation = generation;
    its.first.reset();
    its.other.reset();
  }
  return its;
}

void forced_refreshes::used(std::string_view account, generation_number generation, const peer_name& by) {
  use& its = use_of(account, generation);
  if (!its.first) its.first = by;
  if (its.other || its.first == by) return;
  if (program_in(*its.first) != program_in(*by)) its.other = by;
}

result<> forced_refreshes::ask(std::string_view account, generation_number generation, const std::string& program,
                               boot_time now) {
  use& its = use_of(account, generation);
  for (auto& [name, moments] : its.forced)
    while (!moments.empty() && moments.front() + limits::forced_refresh_window <= now) moments.pop_front();
  std::erase_if(its.forced, [](const auto& each) { return each.second.empty(); });
  const bool others = its.other || (its.first && program_in(*its.first) != program);
  if (!others) return {};
  std::deque<boot_time>& moments = its.forced[program];
  if (moments.size() >= limits::forced_refreshes) {
    const auto pause = moments.front() + limits::forced_refresh_window - now;
    return too_often(account, program, std::chrono::ceil<seconds>(pause));
  }
  moments.push_back(now);
  return {};
}

void forced_refreshes::forget(std::string_view account) {
  if (const auto found = uses_.find(account); found != uses_.end()) uses_.erase(found);
}

}  // namespace latchkey
