// Adding, removing and logging in: the broker's calls that change which accounts and grants there are.
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/system/system_error.hpp>
#include <nlohmann/json.hpp>

#include "core/kraken_secret.h"
#include "daemon/broker.h"
#include "daemon/broker_answers.h"
#include "daemon/log.h"
#include "daemon/login_browser.h"
#include "daemon/login_device.h"

namespace latchkey {
namespace {

std::optional<client_authentication> authentication_named(const std::optional<std::string>& name) {
  if (!name) return std::nullopt;
  for (const auto method : {client_authentication::none, client_authentication::client_secret_basic,
                            client_authentication::client_secret_post})
    if (to_string(method) == *name) return method;
  return std::nullopt;
}

account_config config_from(const ipc::new_account& wanted) {
  account_config config;
  config.name = wanted.name;
  config.provider = wanted.provider.value_or("");
  config.issuer = wanted.issuer.value_or("");
  config.client_id = wanted.client_id;
  config.confidential = wanted.client_secret.has_value() || wanted.client_secret_encrypted.has_value();
  config.scopes = wanted.scopes.value_or(scope_list());
  if (wanted.redirect_uri) config.redirect_uri = *wanted.redirect_uri;
  config.authorization_endpoint = wanted.authorization_endpoint.value_or("");
  config.token_endpoint = wanted.token_endpoint.value_or("");
  config.revocation_endpoint = wanted.revocation_endpoint.value_or("");
  config.device_authorization_endpoint = wanted.device_authorization_endpoint.value_or("");
  config.userinfo_endpoint = wanted.userinfo_endpoint.value_or("");
  config.dpop_bound_access_tokens = wanted.dpop_bound_access_tokens.value_or(false);
  config.require_pushed_authorization_requests = wanted.require_pushed_authorization_requests.value_or(false);
  config.client_auth = authentication_named(wanted.client_authentication);
  config.authorize_parameters = wanted.authorize_parameters.value_or(std::map<std::string, std::string>());
  config.variables = wanted.variables.value_or(std::map<std::string, std::string>());
  return config;
}

result<> decrypt_client_secret(ipc::new_account& wanted) {
  if (!wanted.client_secret_encrypted) return {};
  if (wanted.client_secret)
    return fault(errc::bad_request,
                 "account: client_secret and client_secret_encrypted are given: one of them is enough");
  const auto& given = *wanted.client_secret_encrypted;
  const secret none;
  auto clear = decrypt_client_secret(given.ciphertext, {given.private_key, given.passphrase ? *given.passphrase : none},
                                     given.padding == "oaep" ? rsa_padding::oaep : rsa_padding::pkcs1);
  if (!clear) return clear.error();
  wanted.client_secret = std::move(*clear);
  wanted.client_secret_encrypted.reset();
  return {};
}

// Holds the account's one login slot.
class login_slot {
 public:
  explicit login_slot(std::shared_ptr<account> who) : who_(std::move(who)) { who_->login_under_way = true; }
  login_slot(const login_slot&) = delete;
  login_slot& operator=(const login_slot&) = delete;
  ~login_slot() { who_->login_under_way = false; }

 private:
  std::shared_ptr<account> who_;
};

// No login ends in a grant while the account is being removed, nor afterwards.
class retirement {
 public:
  explicit retirement(std::shared_ptr<account> who) : who_(std::move(who)) { who_->retire(); }
  retirement(const retirement&) = delete;
  retirement& operator=(const retirement&) = delete;
  ~retirement() {
    if (!final_) who_->reinstate();
  }
  void is_final() noexcept { final_ = true; }

 private:
  std::shared_ptr<account> who_;
  bool final_ = false;
};

// One call at a time adds or removes an account of a name: what one stores, another would erase.
class name_in_change {
 public:
  name_in_change(std::set<std::string>& names, const std::string& name) : names_(names), ours_(names.insert(name)) {}
  name_in_change(const name_in_change&) = delete;
  name_in_change& operator=(const name_in_change&) = delete;
  ~name_in_change() {
    if (ours_.second) names_.erase(ours_.first);
  }
  [[nodiscard]] bool ours() const noexcept { return ours_.second; }

 private:
  std::set<std::string>& names_;
  std::pair<std::set<std::string>::iterator, bool> ours_;
};

fault being_changed(const std::string& name) {
  return {errc::temporarily_unavailable,
          "the account " + name + " is being added or removed by another call: try again when that is done"};
}

task<> send_step(varlink::call* call, login_progress progress) {
  ipc::login_step step;
  step.state = progress.state;
  if (!progress.url.empty()) step.url = progress.url;
  if (!progress.redirect_uri.empty()) step.redirect_uri = progress.redirect_uri;
  if (!progress.user_code.empty()) step.user_code = progress.user_code;
  if (!progress.verification_uri.empty()) step.verification_uri = progress.verification_uri;
  if (!progress.verification_uri_complete.empty()) step.verification_uri_complete = progress.verification_uri_complete;
  if (!progress.warning.empty()) step.warning = progress.warning;
  step.expires_at = progress.expires_at.time_since_epoch().count();
  try {
    co_await call->continue_with(ipc::encode(step));
  } catch (const boost::system::system_error&) {
    // A client that left before the redirect cancels the login; one that left after it shall not lose the grant.
    if (progress.state != "redirected") throw;
  }
}

}  // namespace

task<varlink::answer> broker::on_add_account(varlink::call& call) {
  auto decoded = ipc::decode_new_account(call.parameters);
  if (!decoded) co_return refuse(decoded.error());
  const auto added = co_await add(std::move(*decoded));
  if (!added) co_return refuse(added.error());
  co_return answer{};
}

task<result<>> broker::add(ipc::new_account wanted) {
  account_config config = config_from(wanted);
  if (auto checked = check_account(config); !checked) co_return checked.error();
  if (auto decrypted = decrypt_client_secret(wanted); !decrypted) co_return decrypted.error();
  if (accounts_.contains(config.name))
    co_return accounts_.add(std::move(config)).error();  // says that the name is taken
  // A provider that does not exist or does not answer to discovery is refused now, not at the first login.
  if (auto server = co_await surroundings_.providers.resolve(config); !server) co_return server.error();
  const auto fresh = std::make_shared<account>(surroundings_, std::move(config));
  auto work = make(fresh, std::move(wanted.client_secret));
  co_return co_await fresh->to_its_end(std::move(work));
}

task<result<>> broker::make(std::shared_ptr<account> fresh, std::optional<secret> client_secret) {
  const account_config& config = fresh->config();
  const name_in_change changing(names_in_change_, config.name);
  if (!changing.ours()) co_return being_changed(config.name);
  if (accounts_.contains(config.name)) co_return accounts_.add(config).error();  // Another call was quicker.
  // A grant that an account of this name once had must not be sent to another provider.
  if (auto erased = co_await fresh->erase(); !erased) co_return erased.error();
  if (client_secret) {
    auto stored = co_await fresh->store_client_secret(std::move(*client_secret));
    if (!stored) co_return stored.error();
  }
  auto made = accounts_.add(config);
  if (!made) {
    // Nothing half-done stays: the secret goes again. What the store says to that is less than why the file failed.
    [[maybe_unused]] const auto erased = co_await fresh->erase();
    co_return made.error();
  }
  log::info("account " + config.name + ": added", {config.name, "account"});
  announce(**made, "added");
  co_return result<>();
}

task<varlink::answer> broker::on_remove_account(varlink::call& call) {
  const auto name = ipc::decode_account_name(call.parameters);
  if (!name) co_return refuse(name.error());
  std::shared_ptr<account> who;
  if (auto found = accounts_.find(*name)) {
    who = std::move(*found);
  } else if (found.error().code == errc::no_such_account) {
    co_return refuse(found.error());
  } else {
    // Its file is wrong. It can still be removed; what the store holds under its name goes too.
    account_config named;
    named.name = *name;
    who = std::make_shared<account>(surroundings_, std::move(named));
  }
  gate_.used(app_use{call, *who, {}}, audit_pace::each);
  auto work = remove(who, *name, call.peer.pid);
  if (const auto removed = co_await who->to_its_end(std::move(work)); !removed)
    co_return refuse(removed.error(), *name);
  co_return answer{};
}

task<result<>> broker::remove(std::shared_ptr<account> who, std::string name, pid_t remover) {
  const name_in_change changing(names_in_change_, name);
  if (!changing.ours()) co_return being_changed(name);
  retirement gone(who);
  if (auto erased = co_await who->erase(); !erased) co_return erased.error();
  if (auto removed = accounts_.remove(name); !removed) co_return removed.error();
  gone.is_final();
  forced_.forget(name);
  gate_.removed(name, remover);
  log::info("account " + name + ": removed", {name, "account"});
  announce(*who, "removed");
  co_return result<>();
}

task<varlink::answer> broker::on_login(varlink::call& call) {
  auto decoded = ipc::decode_login_call(call.parameters);
  if (!decoded) co_return refuse(decoded.error());
  const auto who = unlocked(decoded->account);
  if (!who) co_return refuse(who.error());
  if ((*who)->login_under_way)
    co_return refuse(fault(
        errc::login_failed,
        "a login of " + decoded->account + " is under way already: finish it, or end the program that waits for it"));
  const login_slot slot(*who);
  const auto ended = co_await log_in(*who, std::move(*decoded), call);
  if (!ended) co_return refuse(ended.error(), (*who)->config().name);
  gate_.logged_in(app_use{call, **who, {}});
  ipc::login_step done;
  done.state = "done";
  done.account = describe(**who, surroundings_.providers);
  co_return answer{{}, ipc::encode(done)};
}

task<varlink::answer> broker::on_finish_login(varlink::call& call) {
  const auto decoded = ipc::decode_finish_login_call(call.parameters);
  if (!decoded) co_return refuse(decoded.error());
  const auto who = unlocked(decoded->account);
  if (!who) co_return refuse(who.error());
  const auto request = pasted_redirect(decoded->redirect_url.reveal());
  if (!request) co_return refuse(request.error());
  if (!(*who)->take_redirect)
    co_return refuse(fault(errc::bad_request, "no login of " + decoded->account +
                                                  " waits for a browser: start one with latchkey login " +
                                                  decoded->account + " --no-browser"));
  if (const auto taken = (*who)->take_redirect(*request); !taken) co_return refuse(taken.error());
  co_return answer();
}

task<result<>> broker::log_in(std::shared_ptr<account> who, ipc::login_call wanted, varlink::call& call) {
  using namespace boost::asio::experimental::awaitable_operators;
  // The store is asked before the person is: a locked keyring must not swallow the grant at the end.
  if (auto ready = co_await who->load(); !ready) co_return ready.error();
  login_order order;
  order.bound_to = grant_binding(who->config());
  auto server = co_await surroundings_.providers.resolve(who->config());
  if (!server) co_return server.error();
  if (stopping_) co_return fault(errc::temporarily_unavailable, "latchkeyd is stopping");
  if (auto locked = surroundings_.lock.refusal()) co_return *std::move(locked);
  order.who = who;
  order.server = std::move(*server);
  order.scopes = union_scopes(who->config().scopes, wanted.scopes.value_or(scope_list()));
  order.accept_other_user = wanted.accept_other_user.value_or(false);
  order.open_browser = wanted.flow == "browser";
  order.time_limit = login_timeout_;
  order.on_progress = [&call](login_progress progress) { return send_step(&call, std::move(progress)); };
  // While the person is at it, so that the ID token can be looked at as soon as it is there.
  if (asks_for_id_token(order.server, order.scopes))
    boost::asio::co_spawn(surroundings_.executor,
                          surroundings_.providers.keys_of(order.server, surroundings_.world.time.now().boot),
                          log::report_bug("the keys of ID tokens"));
  auto flow = wanted.flow == "device" ? login_device(surroundings_.world, std::move(order))
                                      : login_browser(surroundings_.executor, surroundings_.world, std::move(order));
  auto first = co_await (std::move(flow) || stopped_.wait());
  if (first.index() == 0) co_return std::move(std::get<0>(first));
  if (!stopping_)
    co_return fault(errc::store_locked,
                    "latchkeyd was locked while the login was under way: run `latchkey unlock`, and log in again where "
                    "`latchkey status` says so");
  co_return fault(errc::temporarily_unavailable,
                  "the login was ended because latchkeyd is stopping; run it again once it is back");
}

}  // namespace latchkey
