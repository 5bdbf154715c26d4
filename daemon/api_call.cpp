#include "daemon/api_call.h"

#include <utility>

#include "core/limits.h"

namespace latchkey {
namespace {

// While it lives, no refresh kills the token in use.
class use_of_token {
 public:
  explicit use_of_token(std::shared_ptr<account> who)
      : who_(std::move(who)), lease_(who_->lease(limits::longest_lease)) {}
  use_of_token(const use_of_token&) = delete;
  use_of_token& operator=(const use_of_token&) = delete;
  ~use_of_token() { who_->release(lease_); }

 private:
  std::shared_ptr<account> who_;
  lease_number lease_;
};

constexpr unsigned unauthorized = 401;

}  // namespace

task<result<api_answer>> call_with_token(http_transport& http, std::shared_ptr<account> who, scope_list scopes,
                                         std::function<http_request(const secret&)> make) {
  token_wanted wanted;
  wanted.scopes = std::move(scopes);
  wanted.lease = limits::longest_lease;
  for (;;) {
    const auto ready = co_await who->token(wanted);
    if (!ready) co_return ready.error();
    const use_of_token in_use(who);
    const auto generation = who->current().generation;
    api_answer answer;
    answer.token = who->current().access_token.clone();
    auto response = co_await http.send(make(answer.token));
    if (!response) co_return response.error();
    if (response->status != unauthorized || wanted.stale_generation) {
      answer.response = std::move(*response);
      co_return std::move(answer);
    }
    wanted.stale_generation = generation;
  }
}

}  // namespace latchkey
