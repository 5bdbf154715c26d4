// Whose grant it is: the ID token that comes with a login or a refresh (OIDC Core §3.1.3.7, §12.2) is believed and kept
// only once its signature and claims were checked.
#include <algorithm>
#include <utility>

#include "core/authorize.h"
#include "daemon/account.h"
#include "daemon/log.h"

namespace latchkey {
namespace {

bool grants_openid(const grant& value) {
  return std::ranges::find(value.scopes, "openid") != value.scopes.end();
}

// Keys that cannot be had now are no fault of the token's; everything else is the login's end.
fault not_believed(const std::string& account_name, const fault& why) {
  const bool passing = why.code == errc::temporarily_unavailable;
  fault refused(passing ? errc::temporarily_unavailable : errc::login_failed,
                "who logged in to " + account_name + " cannot be told, and nothing was stored: " + why.message);
  refused.retry_after = why.retry_after;
  return refused;
}

fault another_person(const std::string& account_name, const std::string& before, const id_token_claims& now) {
  return {errc::other_user, "the grant of " + account_name + " is of the user " + printable(before) + " at " +
                                printable(now.issuer) + ", and the user " + printable(now.subject) +
                                " has logged in: the old grant stays (`latchkey login " + account_name +
                                " --other-user` replaces it)"};
}

}  // namespace

// What the token says, where its issuer's keys vouch for it. A key that is not known may be a new one: then they are
// fetched again, once.
task<result<id_token_claims>> account::claims_of(const provider& server, const secret& id_token, shared_jwk_set keys,
                                                 id_token_expectations expected) {
  auto& time = surroundings_.world.time;
  expected.issuer = server.id_token_issuer.empty() ? server.issuer : server.id_token_issuer;
  expected.client_id = config_.client_id;
  expected.now = time.now().wall;
  auto claims = check_id_token(id_token, *keys, expected);
  if (claims || claims.error().code != errc::temporarily_unavailable) co_return claims;
  const auto newer = co_await surroundings_.providers.newer_keys_of(server, keys, time.now().boot);
  if (!newer) co_return newer.error();
  if (*newer == keys) co_return claims;
  claims = check_id_token(id_token, **newer, expected);
  if (claims || claims.error().code != errc::temporarily_unavailable) co_return claims;
  // The issuer was asked just now: its key is not new, it is another's.
  co_return fault(errc::provider_error, claims.error().message);
}

// Takes the ID token of a login into `next`, or says why the login must not end in a grant. One that nobody asked for
// says nothing.
task<result<>> account::identify(const beginning& login, secret id_token, grant& next) {
  if (!asks_for_id_token(login.server, login.asked)) co_return result<>();
  const log::subject about{config_.name, "login"};
  if (id_token.empty()) {
    if (grants_openid(next))
      log::warning("account " + config_.name +
                       ": the provider granted openid, but sent no ID token: who logged in is "
                       "not known",
                   about);
    co_return result<>();
  }
  const auto keys = co_await surroundings_.providers.keys_of(login.server, surroundings_.world.time.now().boot);
  if (!keys) co_return not_believed(config_.name, keys.error());
  if (!*keys) {
    log::warning("account " + config_.name +
                     ": the provider names no issuer or no address of its keys (jwks_uri), so "
                     "the ID token was not checked and is not kept",
                 about);
    co_return result<>();
  }
  id_token_expectations expected;
  expected.nonce = login.nonce;
  expected.access_token = &next.access_token;
  const auto claims = co_await claims_of(login.server, id_token, *keys, std::move(expected));
  if (!claims) co_return not_believed(config_.name, claims.error());
  const std::string& before = held().subject;
  if (!before.empty() && before != claims->subject && !login.accept_other_user)
    co_return another_person(config_.name, before, *claims);
  next.id_token = std::move(id_token);
  next.subject = claims->subject;
  co_return result<>();
}

// After a refresh the tokens came from the token endpoint over TLS, and the old refresh token is dead perhaps: they are
// stored and used whatever the ID token is. A bad one is not kept, and told of (OIDC Core §12.2).
task<> account::check_refreshed(secret id_token, secret access_token) {
  const auto self = shared_from_this();
  const in_progress busy_now(under_way_);
  const auto epoch = epoch_;
  if (!grants_openid(grant_) && grant_.subject.empty()) co_return;
  const auto server = co_await surroundings_.providers.resolve(config_);
  if (!server || !server->openid) co_return;
  const auto keys = co_await surroundings_.providers.keys_of(*server, surroundings_.world.time.now().boot);
  if (keys && !*keys) co_return;
  id_token_expectations expected;
  expected.access_token = &access_token;
  if (!grant_.subject.empty()) expected.subject = grant_.subject;
  result<id_token_claims> claims = fault();
  if (keys)
    claims = co_await claims_of(*server, id_token, *keys, std::move(expected));
  else
    claims = keys.error();
  if (epoch != epoch_ || !loaded_) co_return;
  if (!claims) {
    id_token_trouble_ = "account " + config_.name +
                        ": the ID token that came with the last refresh is not kept: " + claims.error().message +
                        " (the access token is used all the same)";
    log::warning(id_token_trouble_, {config_.name, "refresh"});
    co_return;
  }
  id_token_trouble_.clear();
  grant_.id_token = std::move(id_token);
  grant_.subject = claims->subject;
}

}  // namespace latchkey
