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

task<result<http_response>> call_with_token(http_transport& http, std::shared_ptr<account> who, scope_list scopes,
                                            std::function<http_request(const secret&)> make) {
  token_wanted wanted;
  wanted.scopes = std::move(scopes);
  for (;;) {
    const auto ready = co_await who->token(wanted);
    if (!ready) co_return ready.error();
    const use_of_token in_use(who);
    const auto generation = who->current().generation;
    auto response = co_await http.send(make(who->current().access_token));
    if (!response || response->status != unauthorized || wanted.stale_generation) co_return response;
    wanted.stale_generation = generation;
  }
}

task<result<http_response>> call_once_with_token(http_transport& http, std::shared_ptr<account> who,
                                                 std::function<http_request(const secret&)> make) {
  const token_wanted wanted;
  const auto ready = co_await who->token(wanted);
  if (!ready) co_return ready.error();
  const use_of_token in_use(who);
  co_return co_await http.send(make(who->current().access_token));
}

}  // namespace latchkey
