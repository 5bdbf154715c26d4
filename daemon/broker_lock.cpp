// Locking and unlocking, and what that keeps from whom.
#include <nlohmann/json.hpp>

#include "daemon/broker.h"
#include "daemon/broker_answers.h"

namespace latchkey {

result<std::shared_ptr<account>> broker::unlocked(std::string_view name) {
  auto who = accounts_.find(name);
  if (!who) return who.error();
  if (auto locked = surroundings_.lock.refusal()) return *std::move(locked);
  return who;
}

void broker::session_is(session_state now) {
  if (now == session_state::locked)
    lock_.close(daemon_lock::cause::session);
  else
    lock_.open(daemon_lock::cause::session);
  on_lock_change();
}

task<varlink::answer> broker::on_lock(varlink::call& call) {
  if (const auto checked = ipc::decode_nothing(call.parameters); !checked) co_return refuse(checked.error());
  lock_.close(daemon_lock::cause::person);
  on_lock_change();
  co_await lock_.emptied();
  co_return answer();
}

task<varlink::answer> broker::on_unlock(varlink::call& call) {
  if (const auto checked = ipc::decode_nothing(call.parameters); !checked) co_return refuse(checked.error());
  lock_.open(daemon_lock::cause::person);
  on_lock_change();
  co_return answer();
}

std::vector<std::string> broker::warnings() const {
  std::vector<std::string> sentences = accounts_.troubles();
  for (const auto& who : accounts_.all())
    if (!who->id_token_trouble().empty()) sentences.push_back(who->id_token_trouble());
  if (const std::string& wrong = gate_.policy().trouble(); !wrong.empty())
    sentences.push_back(wrong + ": no app is allowed anything by it");
  for (std::string trouble : {surroundings_.world.store.trouble(), lock_.trouble(), more_trouble()})
    if (!trouble.empty()) sentences.push_back(std::move(trouble));
  return sentences;
}

}  // namespace latchkey
