// The refresh of a grant: wait for leases, ask, receive, persist, publish. In this order, whatever happens.
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <exception>
#include <utility>

#include "core/deliberate_fault.h"
#include "core/limits.h"
#include "daemon/account.h"
#include "daemon/log.h"
#include "daemon/random_number.h"
#include "daemon/withheld.h"

namespace latchkey {

namespace asio = boost::asio;

// In a coroutine of the account's own: a caller that leaves ends nothing. Under way from now on, and not from when it
// first runs: a lock that comes first must not take the token away that it is to use.
void account::start(task<> work) {
  ++under_way_;
  asio::co_spawn(surroundings_.executor, std::move(work), [self = shared_from_this()](std::exception_ptr failed) {
    --self->under_way_;
    if (!failed) return;
    try {
      std::rethrow_exception(failed);
    } catch (const std::exception& bug) {
      self->ended_in_a_bug(bug.what());
    }
  });
}

// Nobody may wait for it for ever. Of the two failures the one that fits the state counts.
void account::ended_in_a_bug(std::string_view what) {
  log::error("the refresh of " + config_.name + " ended in a bug: " + std::string(what), {config_.name, "refresh"});
  const fault why(errc::internal, "the refresh ended in a bug; the log has it");
  const boot_time now = surroundings_.world.time.now().boot;
  fsm_.drained();
  fsm_.refresh_failed(unreachable(why), now, 1.0);
  fsm_.save_failed(why, now, 1.0);
  changed();
}

task<> account::rotate() {
  const auto self = shared_from_this();
  const in_progress busy_now(under_way_);
  const auto epoch = epoch_;
  const bool free_of_leases = co_await wait_for_leases();
  if (!free_of_leases) co_return;
  auto failure = co_await request_refresh();
  if (epoch != epoch_) co_return;
  if (failure)
    co_await refresh_failed(*std::move(failure));
  else
    co_await save();
}

// False where there is nothing left to rotate.
task<bool> account::wait_for_leases() {
  using namespace asio::experimental::awaitable_operators;
  const auto epoch = epoch_;
  while (epoch == epoch_ && fsm_.state() == account_state::draining) {
    const auto until = fsm_.held_until(surroundings_.world.time.now().boot);
    if (!until)
      fsm_.drained();
    else
      co_await (changed_.wait() || surroundings_.world.time.wait_until(*until));
  }
  co_await logout_decided();
  co_return epoch == epoch_&& fsm_.state() == account_state::refreshing;
}

task<> account::refresh_failed(token_failure failure) {
  const bool dead = failure.what == token_failure::kind::dead_grant;
  if (dead) {
    const bool hope = co_await adopt_newer_from_store();
    if (hope) co_return;
  }
  auto& world = surroundings_.world;
  log::warning("refresh of " + config_.name + " failed: " + failure.why.message +
                   (failure.why.provider_text.empty() ? "" : " (" + failure.why.provider_text + ")"),
               {config_.name, "refresh"});
  fsm_.refresh_failed(failure, world.time.now().boot, jitter());
  surroundings_.on_event(*this, dead ? "login_required" : "refresh_failed");
  if (dead) world.notify.login_required(config_.name, view().reason);
  changed();
}

// Ask, receive. What came is in unsaved_ afterwards.
task<std::optional<token_failure>> account::request_refresh() {
  const auto epoch = epoch_;
  auto server = co_await surroundings_.providers.resolve(config_);
  if (!server) co_return unreachable(server.error());
  auto client = co_await credentials(*server);
  if (!client) co_return unreachable(client.error());
  if (epoch != epoch_) co_return std::nullopt;
  const instant asked = surroundings_.world.time.now();
  const grant before = grant_.clone();
  const token_binding binding = binding_of(before);
  auto response = co_await ask_token_endpoint(refresh_request(*server, *client, before.refresh_token), binding);
  co_await logout_decided();
  if (!response) co_return unreachable(response.error());
  auto parsed = parse_token_response(*response, surroundings_.world.time.now().wall, binding);
  if (!parsed) {
    token_failure failure = parsed.error();
    withhold_echo(failure.why, before.refresh_token);
    co_return failure;
  }
  for (const auto& warning : parsed->warnings)
    log::warning("account " + config_.name + ": " + warning, {config_.name, "refresh"});
  secret id_token = std::move(parsed->id_token);
  const bool given_up = epoch != epoch_ && before.bound_to == grant_binding(config_);
  grant next =
      next_grant(*server, std::move(*parsed), before.scopes, given_up ? nullptr : &before, before.generation, asked);
  stamp(next);
  next.bound_to = before.bound_to;
  if (epoch != epoch_) {
    co_await came_too_late(std::move(*server), std::move(next));
    co_return std::nullopt;
  }
  if (surroundings_.lock.closed() && deliberate(deliberate_fault::drop_at_lock))
    co_return unreachable(*surroundings_.lock.refusal());
  unsaved_ = unsaved_grant{std::move(next), "refreshed", std::move(id_token)};
  fsm_.answered();
  co_return std::nullopt;
}

// After a logout, it must not live on; after a new login, it is just old.
task<> account::came_too_late(provider server, grant value) {
  if (value.bound_to != grant_binding(config_))
    co_await keep_aside(std::move(value));
  else if (fsm_.state() == account_state::logged_out)
    co_await drop(std::move(server), std::move(value));
}

// The account has another provider or client now. Its old grant stays in the store for the day when that is taken back,
// and so must what has become of it meanwhile.
task<> account::keep_aside(grant value) {
  const in_progress busy_now(under_way_);
  const auto there = co_await surroundings_.world.store.load(grant_id());
  if (!there || there->version == 0) co_return;
  const auto stored = decode_grant(there->value);
  if (!stored || stored->bound_to != value.bound_to || !supersedes(value, *stored)) co_return;
  const auto saved = co_await surroundings_.world.store.save(grant_id(), encode_grant(value), there->version);
  if (!saved)
    log::warning(
        "account " + config_.name + ": a token of its old provider or client is lost: " + saved.error().message,
        {config_.name, "store"});
}

// Persist, publish.
task<> account::save() {
  const auto self = shared_from_this();
  const in_progress busy_now(under_way_);
  const auto epoch = epoch_;
  if (deliberate(deliberate_fault::publish_before_persist)) adopt(unsaved_->value.clone(), unsaved_->event);
  // Counted at once: a login that ends before this save does builds on what is written here.
  const record_version expected = version_++;
  auto saved = co_await surroundings_.world.store.save(grant_id(), encode_grant(unsaved_->value), expected);
  if (epoch == epoch_ && !saved && saved.error().code == errc::temporarily_unavailable)
    saved = co_await save_after_another();
  co_await logout_decided();
  if (epoch != epoch_) co_return;
  if (!saved) {
    version_ = expected;
    save_failed(saved.error());
    co_return;
  }
  version_ = *saved;
  unsaved_grant now_safe = std::move(*unsaved_);
  unsaved_.reset();
  adopt(std::move(now_safe.value), now_safe.event);
  if (!now_safe.id_token.empty()) start(check_refreshed(std::move(now_safe.id_token), grant_.access_token.clone()));
}

// Another process has saved first: the newer of the two grants counts, and is in unsaved_ afterwards.
task<result<record_version>> account::save_after_another() {
  const auto epoch = epoch_;
  auto there = co_await surroundings_.world.store.load(grant_id());
  if (!there) co_return there.error();
  co_await logout_decided();
  if (epoch != epoch_) co_return there->version;
  if (auto theirs = decode_grant(there->value); theirs && theirs->bound_to == grant_binding(config_)) {
    // What the person has just done counts in any case.
    if (unsaved_->event == "refreshed" && supersedes(*theirs, unsaved_->value))
      unsaved_ = unsaved_grant{std::move(*theirs), "refreshed", {}};
    if (there->value == encode_grant(unsaved_->value)) co_return there->version;
  }
  co_return co_await surroundings_.world.store.save(grant_id(), encode_grant(unsaved_->value), there->version);
}

void account::save_failed(fault why) {
  why.message = "the new token of " + config_.name + " cannot be handed out before it is stored: " + why.message;
  log::error(why.message, {config_.name, "store"});
  if (deliberate(deliberate_fault::ask_again_while_unsaved)) fsm_.adopt(terms_of(grant_), jitter());
  fsm_.save_failed(std::move(why), surroundings_.world.time.now().boot, jitter());
  surroundings_.on_event(*this, "refresh_failed");
  changed();
}

// After invalid_grant: another process may have rotated and saved. True where the refresh token is not known to be
// dead: the store has a newer grant, or does not answer.
task<bool> account::adopt_newer_from_store() {
  const auto epoch = epoch_;
  auto record = co_await surroundings_.world.store.load(grant_id());
  co_await logout_decided();
  if (epoch != epoch_) co_return true;
  if (!record) {
    log::warning("account " + config_.name +
                     ": whether somebody else has renewed the grant, the store does not say: " + record.error().message,
                 {config_.name, "store"});
    fsm_.refresh_failed(unreachable(record.error()), surroundings_.world.time.now().boot, jitter());
    changed();
    co_return true;
  }
  if (record->version <= version_) co_return false;
  auto decoded = decode_grant(record->value);
  if (!decoded) co_return false;
  version_ = record->version;
  adopt(std::move(*decoded), "refreshed");
  co_return true;
}

void account::adopt(grant value, std::string_view event) {
  grant_ = std::move(value);
  loaded_ = true;
  withheld_ = false;
  fsm_.adopt(terms_of(grant_), jitter());
  log::info("account " + config_.name + ": " + std::string(event) + ", generation " + std::to_string(grant_.generation),
            {config_.name, event == "refreshed" ? "refresh" : "login"});
  warn_of_short_life();
  surroundings_.on_event(*this, event);
  changed();
}

// Once, until a token comes that lives long enough again.
void account::warn_of_short_life() {
  const bool brief = grant_.lifetime && *grant_.lifetime < limits::default_min_valid;
  if (brief && !brief_told_)
    log::warning("account " + config_.name + ": the provider's tokens live for " +
                     std::to_string(grant_.lifetime->count()) +
                     " s only; programs get what is left of each, and one that is dead on arrival is replaced ever "
                     "more rarely",
                 {config_.name, "refresh"});
  brief_told_ = brief;
}

void account::stamp(grant& value) const {
  value.bound_to = grant_binding(config_);
  value.boot_id = surroundings_.world.time.boot_id();
}

double account::jitter() {
  return random_fraction(surroundings_.world.random);
}

}  // namespace latchkey
