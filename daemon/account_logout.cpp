// The end of a grant: revoking and forgetting.
#include <boost/asio/use_awaitable.hpp>

#include <utility>

#include "core/api_key_ring.h"
#include "core/deliberate_fault.h"
#include "daemon/account.h"
#include "daemon/log.h"

namespace latchkey {
namespace {

std::string by_hand(const provider& server) {
  if (server.account_page.empty()) return "withdraw it in your account at the provider";
  return "withdraw it at " + server.account_page;
}

// Revoking the refresh token ends the access tokens of the same grant as well (RFC 7009 §2.1).
const secret& token_to_revoke(const grant& value) {
  return value.refresh_token.empty() ? value.access_token : value.refresh_token;
}

}  // namespace

// Keys outlive the grant that they were made with; their secrets are of use without it.
task<std::string> account::about_kept_keys() {
  const auto record = co_await surroundings_.world.store.load(api_keys_id());
  if (!record) co_return std::string();
  const auto ring = decode_api_key_ring(record->value);
  if (ring && ring->empty()) co_return std::string();
  co_return "its API keys stay valid at the provider, and their secrets stay in the store: to end them, delete them at "
            "the provider, or log in again and delete them with Latchkey";
}

task<result<logout_outcome>> account::logout(bool revoke_too) {
  const auto self = shared_from_this();
  if (auto ready = co_await load(); !ready) co_return ready.error();
  auto work = leave(revoke_too);
  co_return co_await to_its_end(std::move(work));
}

task<result<logout_outcome>> account::leave(bool revoke_too) {
  logout_outcome outcome;
  if (!holds_a_grant()) {
    outcome.note = "there was no grant to revoke";
    co_return outcome;
  }
  if (revoke_too) {
    const auto revoked = co_await revoke_held();
    if (!revoked) {
      fault why = revoked.error();
      why.message = "the grant was not revoked and is kept: " + why.message + " (`latchkey logout " + config_.name +
                    " --no-revoke` forgets it here and leaves it alive at the provider)";
      co_return why;
    }
    outcome.revoked = *revoked;
  }
  const provider server = surroundings_.providers.known(config_);
  if (!outcome.revoked)
    outcome.note =
        (revoke_too ? server.name + " cannot revoke a grant over the network: it" : std::string("the grant")) +
        " is forgotten here and lives on at the provider until you " + by_hand(server) + " or it expires";
  if (auto erased = co_await forget(); !erased) co_return erased.error();
  const std::string kept = co_await about_kept_keys();
  if (!kept.empty()) outcome.note += (outcome.note.empty() ? "" : "; ") + kept;
  co_return outcome;
}

// A refresh that ends meanwhile brings a token that must not live on either.
task<result<bool>> account::revoke_held() {
  for (;;) {
    auto server = co_await surroundings_.providers.resolve(config_);
    if (!server) co_return server.error();
    if (!holds_a_grant()) co_return true;
    const secret sent = token_to_revoke(held()).clone();
    grant doomed = held().clone();
    auto revoked = co_await revoke(std::move(*server), std::move(doomed));
    if (!revoked) co_return revoked.error();
    if (!*revoked || token_to_revoke(held()) == sent) co_return *revoked;
  }
}

// Erased first and forgotten then: where the erasure cannot be recorded, the account stays as it was, with what a
// refresh has brought meanwhile.
task<result<>> account::forget() {
  if (deliberate(deliberate_fault::forget_before_erasing)) {
    ++epoch_;
    fsm_.forget();
    loaded_ = false;
  }
  const auto epoch = epoch_;
  result<> erased;
  {
    const awaited_progress leaving(leaving_, changed_);
    erased = co_await surroundings_.world.store.erase(grant_id());
  }
  if (!erased) {
    changed();
    co_return erased;
  }
  // A login that ended meanwhile has stored its grant behind the erasure.
  if (epoch != epoch_ || deliberate(deliberate_fault::serve_after_logout)) co_return erased;
  const bool had_grant = holds_a_grant();
  if (!deliberate(deliberate_fault::take_late_answers)) ++epoch_;
  auto orphan = std::exchange(unsaved_, std::nullopt);
  grant_ = grant{};
  fsm_.forget();
  version_ = 0;
  loaded_ = true;
  withheld_ = false;
  if (had_grant) {
    surroundings_.on_event(*this, "logged_out");
    log::info("account " + config_.name + ": logged out", {config_.name, "logout"});
  }
  if (orphan) co_await drop(surroundings_.providers.known(config_), std::move(orphan->value));
  co_return erased;
}

// Whoever has come back from a suspension with something to keep or to publish awaits this first: whether anybody wants
// it is being decided.
task<> account::logout_decided() {
  while (leaving_ > 0) co_await changed_.wait();
}

// Tokens that arrived for a grant that is no longer wanted: they must not live on at the provider.
task<> account::drop(provider server, grant value) {
  const auto revoked = co_await revoke(std::move(server), std::move(value));
  log::info("account " + config_.name + ": tokens that came too late were " +
                (revoked && *revoked ? "revoked" : "dropped, but not revoked"),
            {config_.name, "logout"});
}

// Tokens of a login that was refused at its end. Some providers end all that a person has given a client when one token
// of it is revoked: where the account has an older grant, the new tokens are left to expire.
task<> account::turn_away(beginning login, grant value) {
  const bool older = co_await may_have_a_grant(std::move(login.bound_to));
  if (!older) co_return co_await drop(std::move(login.server), std::move(value));
  log::info("account " + config_.name +
                ": the tokens of a refused login were dropped, but not revoked: that could end the older grant, too",
            {config_.name, "login"});
}

// One of the client and provider that `bound_to` names, from which something may still be had. True, too, where the
// store does not tell.
task<bool> account::may_have_a_grant(std::string bound_to) {
  co_await logout_decided();
  if (loaded_ && bound_to == grant_binding(config_)) {
    if (unsaved_) co_return true;
    if (!holds_a_grant() || fsm_.state() == account_state::login_required) co_return false;
    const auto left = fsm_.life_left(surroundings_.world.time.now().boot);
    co_return fsm_.terms().refreshable || !left || *left > boot_clock::duration::zero();
  }
  const auto record = co_await surroundings_.world.store.load(grant_id());
  if (!record) co_return true;
  if (record->version == 0) co_return false;
  const auto stored = decode_grant(record->value);
  co_return !stored || stored->bound_to == bound_to;
}

task<result<>> account::erase() {
  auto work = erase_records();
  co_return co_await to_its_end(std::move(work));
}

task<result<>> account::erase_records() {
  while (key_changes_ > 0) co_await changed_.wait();
  if (auto forgotten = co_await forget(); !forgotten) co_return forgotten.error();
  if (auto erased = co_await surroundings_.world.store.erase(client_secret_id()); !erased) co_return erased.error();
  dpop_key_.reset();
  if (auto erased = co_await surroundings_.world.store.erase(dpop_key_id()); !erased) co_return erased.error();
  co_return co_await surroundings_.world.store.erase(api_keys_id());
}

// False where the provider has no revocation endpoint (RFC 7009).
task<result<bool>> account::revoke(provider server, grant value) {
  if (server.revocation_endpoint.empty()) co_return false;
  auto client = co_await credentials(server);
  if (!client) co_return client.error();
  http_request request = revocation_request(server, *client, token_to_revoke(value),
                                            value.refresh_token.empty() ? "access_token" : "refresh_token");
  auto response = co_await surroundings_.world.http.send(std::move(request));
  if (!response) co_return response.error();
  auto revoked = parse_revocation_response(*response, surroundings_.world.time.now().wall);
  if (!revoked) co_return revoked.error();
  co_return true;
}

bool account::refresh_token_may_die() const {
  return surroundings_.providers.known(config_).refresh_token_lifetime.has_value();
}

token_terms account::terms_of(const grant& value) const {
  token_terms terms;
  terms.generation = value.generation;
  terms.lifetime = value.lifetime;
  terms.refreshable = !value.refresh_token.empty();
  terms.scopes = value.scopes;
  const instant now = surroundings_.world.time.now();
  terms.expires_at = value.expires_boot(now, surroundings_.world.time.boot_id());
  // From its last use, which is what providers count that drop unused refresh tokens, and what this one came with else.
  terms.refresh_lifetime = surroundings_.providers.known(config_).refresh_token_lifetime;
  if (terms.refresh_lifetime) {
    const seconds age = std::max(now.wall - value.obtained_at, seconds(0));
    terms.refresh_expires_at = now.boot + std::max(*terms.refresh_lifetime - age, seconds(0));
  }
  return terms;
}

}  // namespace latchkey
