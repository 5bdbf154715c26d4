#include "tests/sim/watched_store.h"

#include "tests/sim/world.h"

namespace latchkey::sim {

task<result<stored_record>> watched_store::load(record_id id) {
  const auto account = world_.account_of(id);
  auto found = co_await inner_.load(std::move(id));
  if (account && !found) world_.eyes.load_failed(*account);
  if (account && found && found->version != 0)
    world_.eyes.learnt(*account, *grant_in(std::string(found->value.reveal())), witness::source::load);
  co_return found;
}

task<result<record_version>> watched_store::save(record_id id, secret value, record_version expected) {
  const auto account = world_.account_of(id);
  if (!account) co_return co_await inner_.save(std::move(id), std::move(value), expected);
  const auto saved = grant_in(std::string(value.reveal()));
  world_.eyes.save_asked(*account, *saved);
  const auto made = co_await inner_.save(std::move(id), std::move(value), expected);
  if (made) world_.eyes.learnt(*account, *saved, witness::source::save);
  co_return made;
}

task<result<>> watched_store::erase(record_id id) {
  const auto account = world_.account_of(id);
  auto erased = co_await inner_.erase(std::move(id));
  if (account && erased) world_.eyes.erased(*account);
  co_return erased;
}

}  // namespace latchkey::sim
