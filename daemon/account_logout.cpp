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
  if (fsm_.state() == account_state::logged_out && !unsaved_) {
    logout_outcome nothing;
    nothing.note = "there was no grant to revoke";
    co_return nothing;
  }
  logout_outcome outcome;
  if (revoke_too) {
    grant doomed = unsaved_ ? unsaved_->value.clone() : grant_.clone();
    auto server = co_await surroundings_.providers.resolve(config_);
    if (!server) co_return server.error();
    auto revoked = co_await to_its_end(revoke(std::move(*server), std::move(doomed)));
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
  if (auto erased = co_await to_its_end(forget()); !erased) co_return erased.error();
  const std::string kept = co_await about_kept_keys();
  if (!kept.empty()) outcome.note += (outcome.note.empty() ? "" : "; ") + kept;
  co_return outcome;
}

// Forgotten first and erased then: a refresh that goes on meanwhile would put the grant back.
task<result<>> account::forget() {
  const bool had_grant = fsm_.state() != account_state::logged_out || unsaved_;
  if (!deliberate(deliberate_fault::take_late_answers)) ++epoch_;
  const auto epoch = epoch_;
  if (deliberate(deliberate_fault::serve_after_logout)) co_return co_await surroundings_.world.store.erase(grant_id());
  const auto orphan = std::exchange(unsaved_, std::nullopt);
  grant_ = grant{};
  fsm_.forget();
  version_ = 0;
  loaded_ = true;
  withheld_ = false;
  changed_.notify_all();
  auto erased = co_await surroundings_.world.store.erase(grant_id());
  if (!erased && epoch == epoch_) loaded_ = false;  // What is still there counts again.
  if (erased && had_grant) {
    surroundings_.on_event(*this, "logged_out");
    log::info("account " + config_.name + ": logged out", {config_.name, "logout"});
  }
  if (orphan) {
    grant doomed = orphan->value.clone();
    provider server = surroundings_.providers.known(config_);
    co_await drop(std::move(server), std::move(doomed));
  }
  co_return erased;
}

// Tokens that arrived for a grant that is no longer wanted: they must not live on at the provider.
task<> account::drop(provider server, grant value) {
  const auto revoked = co_await revoke(std::move(server), std::move(value));
  log::info("account " + config_.name + ": tokens that came after the logout were " +
                (revoked && *revoked ? "revoked" : "dropped, but not revoked"),
            {config_.name, "logout"});
}

task<result<>> account::erase() {
  const auto self = shared_from_this();
  if (auto forgotten = co_await to_its_end(forget()); !forgotten) co_return forgotten.error();
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
  // Revoking the refresh token ends the access tokens of the same grant as well (RFC 7009 §2.1).
  const bool refreshable = !value.refresh_token.empty();
  http_request request = revocation_request(server, *client, refreshable ? value.refresh_token : value.access_token,
                                            refreshable ? "refresh_token" : "access_token");
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
