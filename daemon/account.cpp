#include "daemon/account.h"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <utility>

#include "core/limits.h"
#include "daemon/log.h"
#include "daemon/random_number.h"

namespace latchkey {
namespace asio = boost::asio;

namespace {

// Servers have been seen to repeat what they were sent in their error text.
void withhold_echo(fault& why, const secret& sent) {
  if (repeats(why.provider_text, sent)) why.provider_text = "(not shown: it repeats a secret)";
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

void account::reconfigure(account_config config) {
  const bool rebound = grant_binding(config) != grant_binding(config_);
  config_ = std::move(config);
  if (!rebound) return;
  // The tokens in memory are for another provider or client. The store's record is looked at again at the next use.
  ++epoch_;
  unsaved_.reset();
  grant_ = grant{};
  loaded_ = false;
  fsm_ = account_fsm(surroundings_.providers.known(config_).rotation);
  changed_.notify_all();
}

bool account::answers_now(const token_wanted& wanted) {
  if (!loaded_ || unsaved_) return false;
  const account_action action = fsm_.wanted(wanted, surroundings_.world.time.now().boot);
  if (action == account_action::start_refresh) start_refresh();
  return action == account_action::serve;
}

task<result<>> account::token(token_wanted wanted) {
  const auto self = shared_from_this();
  if (auto ready = co_await load(); !ready) co_return ready.error();
  for (int refreshes = 0;;) {
    if (unsaved_ && !saving_) {
      const auto failure = co_await to_its_end(save_and_adopt());
      if (failure) co_return failure->why;
      continue;
    }
    switch (fsm_.wanted(wanted, surroundings_.world.time.now().boot)) {
      case account_action::serve:
        co_return result<>();
      case account_action::refuse:
        co_return fsm_.refusal();
      case account_action::start_refresh:
        // A token that is too old again by the time it is stored would send this caller round for good.
        if (++refreshes > limits::refreshes_a_call)
          co_return fault(errc::temporarily_unavailable,
                          "fresh tokens expire before they can be handed out; ask for a smaller min_valid");
        start_refresh();  // It may have ended by now: look again before waiting.
        break;
      case account_action::wait:
        co_await changed_.wait();
        break;
    }
  }
}

task<result<>> account::load() {
  const auto self = shared_from_this();
  if (loaded_) co_return result<>();
  while (loading_) co_await changed_.wait();
  if (!loaded_) co_await to_its_end(read_store());
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
    log::warning("account " + config_.name + ": " + record.error().message);
    co_return false;
  }
  version_ = record->version;
  if (record->version != 0) {
    auto decoded = decode_grant(record->value);
    if (!decoded) {
      store_trouble_ = decoded.error();
      log::error("account " + config_.name + ": " + decoded.error().message);
      co_return false;
    }
    if (decoded->bound_to == grant_binding(config_)) {
      grant_ = std::move(*decoded);
      fsm_.adopt(terms_of(grant_));
    } else {
      log::warning("account " + config_.name +
                   ": its provider or client changed since the login; the old grant is not used: " +
                   "run latchkey login " + config_.name);
    }
  }
  store_trouble_.reset();
  loaded_ = true;
  co_return true;
}

void account::start_refresh() {
  asio::co_spawn(surroundings_.executor, refresh(), [self = shared_from_this()](std::exception_ptr failed) {
    if (!failed) return;
    try {
      std::rethrow_exception(failed);
    } catch (const std::exception& bug) {
      log::error("refresh of " + self->config_.name + " ended in a bug: " + bug.what());
    }
    self->fsm_.refresh_failed(unreachable(fault(errc::internal, "the refresh ended in a bug; the log has it")),
                              self->surroundings_.world.time.now().boot, 1.0);
    self->changed_.notify_all();
  });
}

task<> account::refresh() {
  const auto self = shared_from_this();
  const in_progress busy_now(under_way_);
  const auto epoch = epoch_;
  auto failure = co_await request_refresh();
  if (!failure && epoch == epoch_) failure = co_await save_and_adopt();
  if (failure && epoch == epoch_) co_await refresh_failed(*std::move(failure));
  changed_.notify_all();
}

task<> account::refresh_failed(token_failure failure) {
  const bool dead = failure.what == token_failure::kind::dead_grant;
  if (dead) {
    const bool newer = co_await adopt_newer_from_store();
    if (newer) co_return;
  }
  auto& world = surroundings_.world;
  log::warning("refresh of " + config_.name + " failed: " + failure.why.message +
               (failure.why.provider_text.empty() ? "" : " (" + failure.why.provider_text + ")"));
  fsm_.refresh_failed(failure, world.time.now().boot, random_fraction(world.random));
  surroundings_.on_event(*this, dead ? "login_required" : "refresh_failed");
}

// Ask, receive. What came is in unsaved_ afterwards; it is handed out by nobody before the store has it.
task<std::optional<token_failure>> account::request_refresh() {
  const auto epoch = epoch_;
  auto server = co_await surroundings_.providers.resolve(config_);
  if (!server) co_return unreachable(server.error());
  auto client = co_await credentials(*server);
  if (!client) co_return unreachable(client.error());
  if (epoch != epoch_) co_return std::nullopt;
  const auto asked_at = surroundings_.world.time.now().wall;
  auto response = co_await surroundings_.world.http.send(refresh_request(*server, *client, grant_.refresh_token));
  if (!response) co_return unreachable(response.error());
  auto parsed = parse_token_response(*response, surroundings_.world.time.now().wall);
  if (!parsed) {
    token_failure failure = parsed.error();
    withhold_echo(failure.why, grant_.refresh_token);
    co_return failure;
  }
  for (const auto& warning : parsed->warnings) log::warning("account " + config_.name + ": " + warning);
  grant next = next_grant(*server, std::move(*parsed), grant_.scopes, &grant_, grant_.generation, asked_at);
  next.bound_to = grant_binding(config_);
  if (epoch != epoch_) {
    // After a logout, what came must not live on; after a new login, it is just old.
    if (fsm_.state() != account_state::logged_out) co_return std::nullopt;
    co_await drop(std::move(*server), std::move(next));
    co_return std::nullopt;
  }
  unsaved_ = unsaved_grant{std::move(next), "refreshed"};
  co_return std::nullopt;
}

// Persist, publish.
task<std::optional<token_failure>> account::save_and_adopt() {
  const auto epoch = epoch_;
  saving_ = true;
  auto saved = co_await surroundings_.world.store.save(grant_id(), encode_grant(unsaved_->value), version_);
  saving_ = false;
  changed_.notify_all();
  if (epoch != epoch_) co_return std::nullopt;
  if (!saved) {
    fault why = saved.error();
    why.message = "the new token of " + config_.name + " cannot be handed out before it is stored: " + why.message;
    co_return unreachable(std::move(why));
  }
  version_ = *saved;
  unsaved_grant now_safe = std::move(*unsaved_);
  unsaved_.reset();
  adopt(std::move(now_safe.value), now_safe.event);
  co_return std::nullopt;
}

// After invalid_grant: another process may have rotated and saved. True where the store had a newer grant.
task<bool> account::adopt_newer_from_store() {
  const auto epoch = epoch_;
  auto record = co_await surroundings_.world.store.load(grant_id());
  if (!record || record->version <= version_ || epoch != epoch_) co_return false;
  auto decoded = decode_grant(record->value);
  if (!decoded) co_return false;
  version_ = record->version;
  adopt(std::move(*decoded), "refreshed");
  co_return true;
}

task<result<>> account::finish_login(code_exchange exchange) {
  co_return co_await to_its_end(exchange_code(std::move(exchange)));
}

task<result<>> account::exchange_code(code_exchange exchange) {
  auto client = co_await credentials(exchange.server);
  if (!client) co_return client.error();
  const auto asked_at = surroundings_.world.time.now().wall;
  auto response = co_await surroundings_.world.http.send(
      code_request(exchange.server, *client, exchange.code, exchange.redirect_uri, exchange.code_verifier));
  if (!response) co_return response.error();
  auto parsed = parse_token_response(*response, surroundings_.world.time.now().wall);
  if (!parsed) {
    fault why = parsed.error().why;
    withhold_echo(why, exchange.code);
    // A refused code is the login's end, not the grant's.
    if (why.code == errc::login_required) why.code = errc::login_failed;
    co_return why;
  }
  for (const auto& warning : parsed->warnings) log::warning("account " + config_.name + ": " + warning);
  while (saving_) co_await changed_.wait();
  const auto last_generation = grant_.generation;
  ++epoch_;
  grant next = next_grant(exchange.server, std::move(*parsed), exchange.asked, nullptr, last_generation, asked_at);
  next.bound_to = grant_binding(config_);
  unsaved_ = unsaved_grant{std::move(next), "logged_in"};
  const auto failure = co_await save_and_adopt();
  if (failure) co_return failure->why;
  co_return result<>();
}

void account::adopt(grant value, std::string_view event) {
  grant_ = std::move(value);
  loaded_ = true;
  fsm_.adopt(terms_of(grant_));
  log::info("account " + config_.name + ": " + std::string(event) + ", generation " +
            std::to_string(grant_.generation));
  surroundings_.on_event(*this, event);
  changed_.notify_all();
}

task<result<client_credentials>> account::credentials(const provider& server) {
  client_credentials client{config_.client_id, std::nullopt};
  if (!config_.confidential) co_return client;
  auto record = co_await surroundings_.world.store.load(client_secret_id());
  if (!record) co_return record.error();
  if (record->version == 0)
    co_return fault(errc::bad_request,
                    "the client secret of " + config_.name + " for " + server.name +
                        " is no longer in the store: remove the account and add it again with --client-secret-file");
  client.client_secret = std::move(record->value);
  co_return client;
}

task<result<>> account::store_client_secret(secret value) {
  const record_id id = client_secret_id();
  auto before = co_await surroundings_.world.store.load(id);
  if (!before) co_return before.error();
  auto saved = co_await surroundings_.world.store.save(id, std::move(value), before->version);
  if (!saved) co_return saved.error();
  co_return result<>();
}

}  // namespace latchkey
