// Tokens that are bound to a key of the account's (RFC 9449): the key, and the proofs that it is there.
#include <utility>

#include "core/dpop.h"
#include "daemon/account.h"
#include "daemon/random_number.h"

namespace latchkey {
namespace {

// A second copy, because the request may have to go out twice.
http_request copy_of(const http_request& request) {
  http_request copy;
  copy.method = request.method;
  copy.url = request.url;
  copy.headers = request.headers;
  copy.authorization = request.authorization.clone();
  copy.body = request.body.clone();
  return copy;
}

}  // namespace

record_id account::dpop_key_id() const {
  return {config_.name, record_kind::dpop_key};
}

dpop_claims account::claims_for(const std::string& method, const std::string& url) {
  dpop_claims claims;
  claims.method = method;
  claims.url = url;
  claims.jti = fresh_random_token(surroundings_.world.random).reveal();
  claims.issued_at = surroundings_.world.time.now().wall;
  return claims;
}

// A token request, with a proof where the token is to be bound. A server that wants its own nonce in the proof refuses
// the request, and gives the nonce (RFC 9449 §8).
task<result<http_response>> account::ask_token_endpoint(http_request request, token_binding binding) {
  auto& http = surroundings_.world.http;
  if (binding == token_binding::bearer) co_return co_await http.send(std::move(request));
  const auto key = co_await proof_key();
  if (!key) co_return key.error();
  for (bool nonce_is_new = false;; nonce_is_new = true) {
    dpop_claims claims = claims_for(request.method, request.url);
    claims.nonce = dpop_nonce_;
    http_request attempt = copy_of(request);
    attempt.headers.push_back({"DPoP", (*key)->proof(claims)});
    auto response = co_await http.send(std::move(attempt));
    if (!response) co_return response;
    if (std::string nonce = dpop_nonce_of(*response); !nonce.empty()) dpop_nonce_ = std::move(nonce);
    if (nonce_is_new || !wants_dpop_nonce(*response)) co_return response;
  }
}

task<result<std::string>> account::dpop_thumbprint() {
  const auto key = co_await proof_key();
  if (!key) co_return key.error();
  co_return (*key)->thumbprint();
}

task<result<account::proof>> account::dpop_proof(dpop_request request) {
  if (auto ready = co_await load(); !ready) co_return ready.error();
  if (fsm_.state() == account_state::logged_out)
    co_return fault(errc::login_required, "nobody is logged in to " + config_.name);
  const auto key = co_await proof_key();
  if (!key) co_return key.error();
  if (auto locked = surroundings_.lock.refusal()) co_return *std::move(locked);
  if (binding_of(grant_) != token_binding::dpop)
    co_return fault(errc::bad_request, "the access token of " + config_.name +
                                           " is a Bearer token, which needs no proof (dpop_bound_access_tokens in the "
                                           "account asks for tokens that do, from the next login on)");
  if (request.generation && *request.generation != grant_.generation)
    co_return fault(errc::bad_request, "the access token of generation " + std::to_string(*request.generation) +
                                           " is not the current one of " + config_.name +
                                           " any more: get the token again");
  dpop_claims claims = claims_for(request.method, request.url);
  claims.access_token = &grant_.access_token;
  claims.nonce = request.nonce;
  proof made;
  made.text = (*key)->proof(claims);
  made.generation = grant_.generation;
  co_return made;
}

task<result<const dpop_key*>> account::proof_key() {
  const auto self = shared_from_this();
  const in_progress busy_now(under_way_);  // A lock waits for the key, and takes it away then.
  if (!dpop_key_) {
    auto stored = co_await stored_proof_key();
    if (!stored) co_return stored.error();
    if (!dpop_key_) dpop_key_ = std::move(*stored);
  }
  co_return &*dpop_key_;
}

// On return the store has it: tokens that are bound to a key that is lost are lost with it.
task<result<dpop_key>> account::stored_proof_key() {
  auto& store = surroundings_.world.store;
  for (;;) {
    auto record = co_await store.load(dpop_key_id());
    if (!record) co_return record.error();
    if (record->version != 0) co_return dpop_key::read(record->value);
    if (retired_) co_return fault(errc::no_such_account, "the account " + config_.name + " was removed meanwhile");
    dpop_key fresh = dpop_key::generate();
    const auto saved = co_await store.save(dpop_key_id(), fresh.text(), record->version);
    if (saved) co_return fresh;
    if (saved.error().code != errc::temporarily_unavailable) co_return saved.error();
  }
}

}  // namespace latchkey
