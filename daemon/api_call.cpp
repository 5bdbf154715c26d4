#include "daemon/api_call.h"

#include <utility>

#include "core/dpop.h"
#include "core/limits.h"

namespace latchkey {
namespace {

// While it lives, no refresh kills the token in use.
class use_of_token {
 public:
  explicit use_of_token(std::shared_ptr<account> who)
      : who_(std::move(who)), working_(who_->in_use()), lease_(who_->lease(limits::longest_lease)) {}
  use_of_token(const use_of_token&) = delete;
  use_of_token& operator=(const use_of_token&) = delete;
  ~use_of_token() { who_->release(lease_); }

 private:
  std::shared_ptr<account> who_;
  in_progress working_;
  lease_number lease_;
};

constexpr unsigned unauthorized = 401;

// A token that is bound to a key goes with another scheme, and with a proof of the key (RFC 9449 §7.1).
task<result<>> prove(account& who, http_request& request, const std::string& nonce) {
  if (binding_of(who.current()) == token_binding::bearer) co_return result<>();
  account::dpop_request wanted;
  wanted.method = request.method;
  wanted.url = request.url;
  wanted.nonce = nonce;
  auto proof = co_await who.dpop_proof(std::move(wanted));
  if (!proof) co_return proof.error();
  request.authorization = dpop_authorization(who.current().access_token);
  request.headers.push_back({"DPoP", std::move(proof->text)});
  co_return result<>();
}

// With the token that the account has now. A resource server that wants its own nonce in the proof refuses the request,
// and gives the nonce (RFC 9449 §9).
task<result<api_answer>> ask_with_current(http_transport& http, std::shared_ptr<account> who,
                                          std::function<http_request(const secret&)> make) {
  const use_of_token in_use(who);
  std::string nonce;
  for (;;) {
    api_answer answer;
    answer.token = who->current().access_token.clone();
    http_request request = make(answer.token);
    const auto proved = co_await prove(*who, request, nonce);
    if (!proved) co_return proved.error();
    auto response = co_await http.send(std::move(request));
    if (!response) co_return response.error();
    answer.response = std::move(*response);
    if (!nonce.empty() || answer.response.status != unauthorized || !wants_dpop_nonce(answer.response))
      co_return std::move(answer);
    nonce = dpop_nonce_of(answer.response);
  }
}

}  // namespace

task<result<api_answer>> call_with_token(http_transport& http, std::shared_ptr<account> who, scope_list scopes,
                                         std::function<http_request(const secret&)> make) {
  token_wanted wanted;
  wanted.scopes = std::move(scopes);
  wanted.lease = limits::longest_lease;
  for (;;) {
    const auto ready = co_await who->token(wanted);
    if (!ready) co_return ready.error();
    const auto generation = who->current().generation;
    auto answer = co_await ask_with_current(http, who, make);
    if (!answer || answer->response.status != unauthorized || wanted.stale_generation) co_return std::move(answer);
    wanted.stale_generation = generation;
  }
}

task<result<api_answer>> call_once_with_token(http_transport& http, std::shared_ptr<account> who,
                                              std::function<http_request(const secret&)> make) {
  token_wanted wanted;
  wanted.lease = limits::longest_lease;
  const auto ready = co_await who->token(wanted);
  if (!ready) co_return ready.error();
  co_return co_await ask_with_current(http, who, std::move(make));
}

}  // namespace latchkey
