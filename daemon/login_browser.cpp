#include "daemon/login_browser.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "core/limits.h"
#include "core/pkce.h"
#include "core/pushed_authorization.h"
#include "daemon/log.h"
#include "daemon/random_number.h"

namespace latchkey {
namespace {

namespace asio = boost::asio;

// What the listener's handler and the login share. The handler may outlive the login by the linger.
struct attempt {
  attempt(const asio::any_io_executor& executor, redirect_judge judge_) : judge(std::move(judge_)), changed(executor) {}

  redirect_judge judge;
  broadcast changed;
  std::optional<result<>> finished;  // set once: what /done shows
  bool done_shown = false;
};

std::string path_of(const std::string& target) {
  return target.substr(0, target.find('?'));
}

task<redirect_answer> answer(std::string account_name, std::shared_ptr<attempt> login, redirect_request request) {
  const bool redirected = login->judge.outcome().has_value();
  if (!redirected || path_of(request.target) != done_path) {
    const int refused_before = login->judge.refusals();
    redirect_answer reply = login->judge.judge(request);
    // Once the login is over nobody needs to hear of each guess: there may be thousands a second.
    if (!redirected && login->judge.refusals() != refused_before)
      log::warning("login of " + account_name + ": a request was refused: " + std::string(login->judge.last_refusal()),
                   {account_name, "login"});
    login->changed.notify_all();
    co_return reply;
  }
  if (auto refused = login->judge.refuse_foreign(request)) co_return std::move(*refused);
  while (!login->finished) co_await login->changed.wait();
  login->done_shown = true;
  login->changed.notify_all();
  redirect_answer reply;
  reply.status = 200;
  reply.page = *login->finished ? success_page(account_name) : failure_page(account_name, login->finished->error());
  co_return reply;
}

// Judges a redirect that the person brings as one that came to the listener.
result<> take(const std::string& account_name, attempt& login, const redirect_request& request) {
  if (login.judge.outcome()) return fault(errc::bad_request, "the login of " + account_name + " is over");
  const auto reply = login.judge.judge(request);
  login.changed.notify_all();
  if (reply.status == 303) return {};
  const std::string why(login.judge.last_refusal());
  log::warning("login of " + account_name + ": a pasted address was refused: " + why, {account_name, "login"});
  return fault(errc::bad_request, "this is not the address that the login of " + account_name + " waits for: " + why +
                                      "; copy it from the browser again, all of it");
}

// While it lives, the account takes redirects for this login.
class redirect_entrance {
 public:
  redirect_entrance(std::shared_ptr<account> who, std::shared_ptr<attempt> login) : who_(std::move(who)) {
    who_->take_redirect = [name = who_->config().name, login = std::move(login)](const redirect_request& request) {
      return take(name, *login, request);
    };
  }
  redirect_entrance(const redirect_entrance&) = delete;
  redirect_entrance& operator=(const redirect_entrance&) = delete;
  ~redirect_entrance() { who_->take_redirect = nullptr; }

 private:
  std::shared_ptr<account> who_;
};

// Keeps the listener until the browser has fetched /done, so that the person sees how the login ended.
task<> linger(std::unique_ptr<redirect_listener> listener, std::shared_ptr<attempt> login, time_source& time) {
  using namespace asio::experimental::awaitable_operators;
  const boot_time until = time.now().boot + limits::landing_linger;
  while (!login->done_shown && time.now().boot < until) co_await (login->changed.wait() || time.wait_until(until));
  // The answer to /done is on its way out: let the connection's own coroutine finish it.
  co_await time.wait_until(time.now().boot + std::chrono::milliseconds(200));
  listener.reset();
}

struct secrets_of_login {
  secret state;
  secret nonce;
  secret code_verifier;
};

authorize_request request_for(const login_order& order, const secrets_of_login& fresh,
                              const std::string& redirect_uri) {
  authorize_request request;
  request.client_id = order.who->config().client_id;
  request.redirect_uri = redirect_uri;
  request.scopes = order.scopes;
  request.state = std::string(fresh.state.reveal());
  request.nonce = std::string(fresh.nonce.reveal());
  request.code_challenge = code_challenge_s256(fresh.code_verifier);
  request.extra = order.who->config().authorize_parameters;
  return request;
}

fault takes_no_pushed_requests(const login_order& order) {
  return {errc::bad_request,
          "the account " + order.who->config().name + " asks for a pushed authorization request, and its provider, " +
              printable(order.server.name) +
              ", names no pushed_authorization_request_endpoint: take require_pushed_authorization_requests out of the "
              "account's file"};
}

// Where the browser is to go. A pushed request (RFC 9126) goes to the provider first.
task<result<std::string>> login_address(const login_order& order, ports world, authorize_request request) {
  if (order.who->config().dpop_bound_access_tokens) {
    auto thumbprint = co_await order.who->dpop_thumbprint();
    if (!thumbprint) co_return thumbprint.error();
    request.dpop_jkt = std::move(*thumbprint);
  }
  if (!order.server.require_pushed_authorization_requests) co_return authorize_url(order.server, request);
  if (order.server.pushed_authorization_request_endpoint.empty()) co_return takes_no_pushed_requests(order);
  auto client = co_await order.who->credentials(order.server);
  if (!client) co_return client.error();
  http_request pushed = pushed_authorization_request(order.server, *client, request);
  const auto response = co_await world.http.send(std::move(pushed));
  if (!response) co_return response.error();
  const auto reference = parse_pushed_authorization(*response, world.time.now().wall);
  if (!reference) co_return reference.error();
  co_return pushed_authorize_url(order.server, request.client_id, *reference);
}

redirect_judge::expectation expectation_for(const login_order& order, const loopback_redirect& where,
                                            std::uint16_t port, const secret& state) {
  redirect_judge::expectation expected;
  expected.host_header = where.host + ":" + std::to_string(port);
  expected.path = where.path;
  expected.state = state.clone();
  expected.issuer = order.server.issuer;
  expected.iss_required = order.server.iss_parameter_supported;
  expected.account = order.who->config().name;
  return expected;
}

task<> tell_where_to_go(const login_order& order, ports world, login_progress progress) {
  const bool opened = order.open_browser && world.browser.available() && world.browser.open(progress.url);
  progress.state = opened ? "browser_opened" : "open_url";
  co_await order.on_progress(std::move(progress));
}

// Waits for the one right redirect.
task<result<authorize_response>> redirect_of(std::shared_ptr<attempt> login, time_source& time, boot_time until) {
  using namespace asio::experimental::awaitable_operators;
  while (!login->judge.outcome()) {
    if (time.now().boot >= until)
      co_return fault(errc::login_expired, "nobody finished the login in the browser before its time ran out");
    co_await (login->changed.wait() || time.wait_until(until));
  }
  co_return std::move(*login->judge.outcome());
}

}  // namespace

task<result<>> login_browser(asio::any_io_executor executor, ports world, login_order order) {
  const auto where = parse_loopback_redirect(order.who->config().redirect_uri);
  if (!where) co_return where.error();
  secrets_of_login fresh;
  fresh.state = fresh_random_token(world.random);
  fresh.nonce = fresh_random_token(world.random);
  fresh.code_verifier = fresh_random_token(world.random);

  // The handler needs the port, which the listener has only once it is bound; nothing runs in between.
  auto login = std::make_shared<std::shared_ptr<attempt>>();
  const std::string name = order.who->config().name;
  auto listener = world.listeners.listen(
      *where, [name, login](redirect_request request) { return answer(name, *login, std::move(request)); });
  if (!listener) co_return listener.error();
  const std::uint16_t port = (*listener)->port();
  *login = std::make_shared<attempt>(executor, redirect_judge(expectation_for(order, *where, port, fresh.state)));
  const std::shared_ptr<attempt> shared = *login;

  const redirect_entrance entrance(order.who, shared);
  login_progress progress;
  progress.redirect_uri = where->uri(port);
  auto address = co_await login_address(order, world, request_for(order, fresh, progress.redirect_uri));
  if (!address) co_return address.error();
  progress.url = std::move(*address);
  const instant now = world.time.now();
  progress.expires_at = now.wall + order.time_limit;
  const std::string redirect_uri = progress.redirect_uri;
  log::info("login of " + name + ": waiting for the browser at " + redirect_uri, {name, "login"});
  co_await tell_where_to_go(order, world, progress);

  result<> ended;
  auto response = co_await redirect_of(shared, world.time, now.boot + order.time_limit);
  if (response) {
    login_progress redirected;
    redirected.state = "redirected";
    redirected.redirect_uri = redirect_uri;
    redirected.expires_at = now.wall + order.time_limit;
    co_await order.on_progress(std::move(redirected));
    account::code_exchange exchange;
    exchange.server = order.server;
    exchange.code = std::move(response->code);
    if (order.server.pkce) exchange.code_verifier = std::move(fresh.code_verifier);
    exchange.redirect_uri = redirect_uri;
    exchange.asked = order.scopes;
    exchange.bound_to = order.bound_to;
    exchange.nonce = std::string(fresh.nonce.reveal());
    exchange.accept_other_user = order.accept_other_user;
    ended = co_await order.who->finish_login(std::move(exchange));
  } else {
    ended = response.error();
  }
  shared->finished = ended;
  shared->changed.notify_all();
  if (shared->judge.outcome())
    asio::co_spawn(executor, linger(std::move(*listener), shared, world.time), log::report_bug("login page"));
  if (!ended) log::warning("login of " + name + " failed: " + ended.error().message, {name, "login"});
  co_return ended;
}

}  // namespace latchkey
