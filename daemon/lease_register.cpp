#include "daemon/lease_register.h"

namespace latchkey {

void lease_register::end(const lease& which) {
  if (const auto who = which.of.lock()) who->release(which.number);
}

std::string lease_register::add(varlink::connection_number holder, lease taken, boot_time now) {
  held& its = holders_[holder];
  std::erase_if(its, [now](const auto& each) { return each.second.until <= now; });
  std::string id = "lease-" + std::to_string(++last_);
  its.emplace(id, std::move(taken));
  return id;
}

void lease_register::release(varlink::connection_number holder, const std::string& id) {
  const auto its = holders_.find(holder);
  if (its == holders_.end()) return;
  if (const auto found = its->second.extract(id)) end(found.mapped());
}

void lease_register::release_stale(varlink::connection_number holder, const account& of, generation_number generation) {
  const auto its = holders_.find(holder);
  if (its == holders_.end()) return;
  std::erase_if(its->second, [&](const auto& each) {
    const bool stale = each.second.generation <= generation && each.second.of.lock().get() == &of;
    if (stale) end(each.second);
    return stale;
  });
}

void lease_register::release_all(varlink::connection_number holder) {
  const auto gone = holders_.extract(holder);
  if (gone.empty()) return;
  for (const auto& [id, each] : gone.mapped()) end(each);
}

}  // namespace latchkey
