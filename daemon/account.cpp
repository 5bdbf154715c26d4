#include "daemon/account.h"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <utility>

#include "core/deliberate_fault.h"
#include "core/limits.h"
#include "daemon/log.h"
#include "daemon/random_number.h"

namespace latchkey {
namespace asio = boost::asio;

namespace {

fault too_short_lived() {
  return {errc::temporarily_unavailable,
          "fresh tokens expire before they can be handed out; ask for a smaller min_valid"};
}

}  // namespace

account::account(account_surroundings& surroundings, account_config config)
    : surroundings_(surroundings),
      config_(std::move(config)),
      fsm_(surroundings.providers.known(config_).rotation),
      changed_(surroundings.executor) {}

record_id account::grant_id() const {
  return {config_.name, record_kind::grant};
}

record_id account::client_secret_id() const {
  return {config_.name, record_kind::client_secret};
}

record_id account::api_keys_id() const {
  return {config_.name, record_kind::api_keys};
}

void account::reconfigure(account_config config) {
  const bool rebound = grant_binding(config) != grant_binding(config_);
  config_ = std::move(config);
  if (!rebound) return;
  // The tokens in memory are for another provider or client. The store's record is looked at again at the next use.
  ++epoch_;
  if (unsaved_) start(keep_aside(std::move(unsaved_->value)));
  unsaved_.reset();
  grant_ = grant{};
  loaded_ = false;
  withheld_ = false;
  fsm_ = account_fsm(surroundings_.providers.known(config_).rotation);
  changed_.notify_all();
}

bool account::answers_now(const token_wanted& wanted) {
  return loaded_ && leaving_ == 0 && !surroundings_.lock.closed() &&
         carry_out(fsm_.wanted(wanted, surroundings_.world.time.now().boot));
}

bool account::would_force_refresh(const token_wanted& wanted) const {
  return loaded_ && fsm_.would_force(wanted, surroundings_.world.time.now().boot);
}

task<result<>> account::token(token_wanted wanted) {
  const auto self = shared_from_this();
  if (auto ready = co_await load(); !ready) co_return ready.error();
  // A generation that never was says no more than that the token in hand was refused.
  if (wanted.stale_generation) wanted.stale_generation = std::min(*wanted.stale_generation, fsm_.terms().generation);
  for (int rotations = 0;;) {
    co_await logout_decided();
    // A lock may have come meanwhile, and may have gone again: then the grant has left memory.
    const auto locked = surroundings_.lock.refusal();
    if (!loaded_ || (locked && !deliberate(deliberate_fault::serve_those_who_wait))) {
      if (auto ready = co_await load(); !ready) co_return ready.error();
      continue;
    }
    const account_action action = fsm_.wanted(wanted, surroundings_.world.time.now().boot);
    if (action == account_action::start_rotation && deliberate(deliberate_fault::cancel_with_caller)) {
      co_await rotate();
      continue;
    }
    if (carry_out(action)) co_return result<>();
    // A token that is too old again by the time it is stored would send this caller round for good.
    if (action == account_action::start_rotation && ++rotations > limits::refreshes_a_call) co_return too_short_lived();
    if (action == account_action::refuse) co_return fsm_.refusal();
    // What was started may have ended by now: look again before waiting.
    if (action == account_action::wait) co_await changed_.wait();
  }
}

bool account::carry_out(account_action action) {
  switch (action) {
    case account_action::serve: {
      const boot_time now = surroundings_.world.time.now().boot;
      if (const auto due = fsm_.next_upkeep(now); due && *due <= now) upkeep();
      return true;
    }
    case account_action::start_rotation:
      start(rotate());
      return false;
    case account_action::start_save:
      start(save());
      return false;
    default:
      return false;
  }
}

lease_number account::lease(seconds wanted) {
  return fsm_.lease(wanted, surroundings_.world.time.now().boot);
}

void account::release(lease_number which) {
  if (fsm_.release(which)) changed_.notify_all();
}

void account::upkeep() {
  planned_upkeep_.reset();
  if (leaving_ > 0) return;
  // A locked daemon asks nobody for new tokens; what it has received it stores.
  // After a lock the first who needs the grant reads it, and what is due then follows.
  if ((surroundings_.lock.closed() || !loaded_) && !unsaved_) return;
  carry_out(fsm_.upkeep(surroundings_.world.time.now().boot));
  plan_upkeep();
}

void account::plan_upkeep() {
  const auto due = fsm_.next_upkeep(surroundings_.world.time.now().boot);
  if (!due || due == planned_upkeep_) return;
  planned_upkeep_ = due;
  surroundings_.on_upkeep_due(shared_from_this(), *due);
}

void account::changed() {
  plan_upkeep();
  if (deliberate(deliberate_fault::forget_waiters)) return;
  changed_.notify_all();
}

task<result<>> account::load() {
  const auto self = shared_from_this();
  for (;;) {
    if (auto locked = surroundings_.lock.refusal()) co_return *std::move(locked);
    if (loaded_) co_return result<>();
    if (!loading_) break;
    co_await changed_.wait();
  }
  co_await to_its_end(read_store());
  if (loaded_) co_return result<>();
  co_return store_trouble_.value_or(fault(errc::internal, "the store gave no answer"));
}

task<bool> account::read_store() {
  loading_ = true;
  const auto epoch = epoch_;
  auto record = co_await surroundings_.world.store.load(grant_id());
  loading_ = false;
  changed_.notify_all();
  if (epoch != epoch_) co_return false;
  if (!record) {
    store_trouble_ = record.error();
    log::warning("account " + config_.name + ": " + record.error().message, {config_.name, "store"});
    co_return false;
  }
  if (auto taken = take_over(*record); !taken) {
    store_trouble_ = taken.error();
    log::error("account " + config_.name + ": " + taken.error().message, {config_.name, "store"});
    co_return false;
  }
  store_trouble_.reset();
  loaded_ = true;
  plan_upkeep();
  co_return true;
}

// What the store holds counts from now on. After a lock it is mostly what was known before, in the same state.
result<> account::take_over(const stored_record& record) {
  version_ = record.version;
  std::optional<grant> found;
  if (record.version != 0) {
    auto decoded = decode_grant(record.value);
    if (!decoded) return decoded.error();
    if (decoded->bound_to == grant_binding(config_))
      found = std::move(*decoded);
    else
      log::warning("account " + config_.name +
                       ": its provider or client changed since the login; the old grant is not used: " +
                       "run latchkey login " + config_.name,
                   {config_.name, "login"});
  }
  const bool known_before = std::exchange(withheld_, false);
  if (found) {
    const bool same = known_before && found->generation == grant_.generation;
    grant_ = std::move(*found);
    if (!same) fsm_.adopt(terms_of(grant_), jitter());
  } else if (known_before) {
    grant_ = grant{};
    fsm_.forget();
  }
  return {};
}

bool account::withhold() {
  if (under_way_ > 0 || unsaved_) return false;
  dpop_key_.reset();
  if (!loaded_ || deliberate(deliberate_fault::keep_secrets_at_lock)) return true;
  grant_.access_token = secret();
  grant_.refresh_token = secret();
  grant_.id_token = secret();
  loaded_ = false;
  withheld_ = true;
  planned_upkeep_.reset();
  return true;
}

void account::resume() {
  if (loaded_) plan_upkeep();
}

}  // namespace latchkey
