// The beginning of a grant: the exchange of a code, and the client secret that it may take.
#include <utility>

#include "core/device_flow.h"
#include "daemon/account.h"
#include "daemon/log.h"
#include "daemon/withheld.h"

namespace latchkey {
namespace {

token_failure over(fault why) {
  return {token_failure::kind::permanent, std::move(why), {}};
}

}  // namespace

task<result<>> account::finish_login(code_exchange exchange) {
  co_return co_await to_its_end(exchange_code(std::move(exchange)));
}

// The person agreed to another provider or client than the account has now, or the account is no more.
std::optional<fault> account::changed_since(const std::string& bound_to) const {
  if (retired_)
    return fault(errc::login_failed, "the account " + config_.name + " was removed while its login was under way");
  if (bound_to == grant_binding(config_)) return std::nullopt;
  return fault(errc::login_failed, "the provider or the client of " + config_.name +
                                       " was changed while its login was under way: run latchkey login " +
                                       config_.name + " again");
}

task<result<>> account::exchange_code(code_exchange exchange) {
  if (auto changed = changed_since(exchange.bound_to)) co_return *std::move(changed);
  auto client = co_await credentials(exchange.server);
  if (!client) co_return client.error();
  http_request request =
      code_request(exchange.server, *client, exchange.code, exchange.redirect_uri, exchange.code_verifier);
  beginning login{exchange.server, exchange.asked, exchange.bound_to, exchange.nonce, exchange.accept_other_user};
  auto refused = co_await begin_grant(std::move(login), std::move(request));
  if (!refused) co_return result<>();
  fault why = std::move(refused->why);
  withhold_echo(why, exchange.code);
  // A refused code is the login's end, not the grant's.
  if (why.code == errc::login_required) why.code = errc::login_failed;
  co_return why;
}

task<std::optional<token_failure>> account::poll_device(device_question question) {
  co_return co_await to_its_end(ask_device(std::move(question)));
}

task<std::optional<token_failure>> account::ask_device(device_question question) {
  if (auto changed = changed_since(question.bound_to)) co_return over(*std::move(changed));
  auto client = co_await credentials(question.server);
  if (!client) co_return unreachable(client.error());
  http_request request = device_token_request(question.server, *client, question.device_code);
  beginning login{question.server, question.asked, question.bound_to, {}, question.accept_other_user};
  auto refused = co_await begin_grant(std::move(login), std::move(request));
  if (refused) withhold_echo(refused->why, question.device_code);
  co_return refused;
}

// The token request that ends a login. On success the grant is in the store, or at least in the journal.
task<std::optional<token_failure>> account::begin_grant(beginning login, http_request request) {
  const instant asked = surroundings_.world.time.now();
  const auto binding = config_.dpop_bound_access_tokens ? token_binding::dpop : token_binding::bearer;
  auto response = co_await ask_token_endpoint(std::move(request), binding);
  if (!response) co_return unreachable(response.error());
  auto parsed = parse_token_response(*response, surroundings_.world.time.now().wall, binding);
  if (!parsed) co_return parsed.error();
  for (const auto& warning : parsed->warnings)
    log::warning("account " + config_.name + ": " + warning, {config_.name, "login"});
  secret id_token = std::move(parsed->id_token);
  grant next = next_grant(login.server, std::move(*parsed), login.asked, nullptr, 0, asked);
  auto identified = co_await identify(login, std::move(id_token), next);
  if (auto changed = changed_since(login.bound_to)) {
    co_await turn_away(std::move(login), std::move(next));
    co_return over(*std::move(changed));
  }
  if (!identified) {
    // What belongs to another person may be the grant of another account of theirs: revoking could end that.
    if (identified.error().code != errc::other_user) co_await turn_away(std::move(login), std::move(next));
    co_return over(identified.error());
  }
  next.generation = held().generation + 1;
  id_token_trouble_.clear();
  ++epoch_;
  stamp(next);
  unsaved_ = unsaved_grant{std::move(next), "logged_in"};
  fsm_.answered();
  co_await save();
  if (fsm_.state() != account_state::unsaved) co_return std::nullopt;
  co_return over(fsm_.last_failure());
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
