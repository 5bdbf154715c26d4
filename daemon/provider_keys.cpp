#include "daemon/provider_keys.h"

#include <algorithm>
#include <utility>

#include "core/limits.h"
#include "core/provider_answer.h"
#include "daemon/broadcast.h"
#include "daemon/log.h"

namespace latchkey {

struct provider_keys::entry {
  explicit entry(const boost::asio::any_io_executor& executor) : fetched(executor) {}

  shared_jwk_set keys;                      // none: never fetched
  boot_time keys_from{};                    // when they were asked for
  std::optional<boot_time> asked_at;        // the last fetch
  std::optional<boot_time> newer_asked_at;  // the last one for the sake of an unknown key
  std::optional<fault> trouble;             // why the last fetch failed
  boot_time used_at{};
  bool is_fetching = false;
  std::uint64_t fetches = 0;  // that have ended
  broadcast fetched;

  [[nodiscard]] bool younger_than(seconds age, boot_time now) const { return keys && now - keys_from < age; }
  [[nodiscard]] static bool is_recent(std::optional<boot_time> fetch, boot_time now) {
    return fetch && now - *fetch < limits::jwk_set_pause;
  }
};

class provider_keys::fetching {
 public:
  explicit fetching(std::shared_ptr<entry> which) : which_(std::move(which)) { which_->is_fetching = true; }
  fetching(const fetching&) = delete;
  fetching& operator=(const fetching&) = delete;
  ~fetching() {
    which_->is_fetching = false;
    which_->fetched.notify_all();
  }

 private:
  std::shared_ptr<entry> which_;
};

namespace {

fault no_keys(const std::string& jwks_uri, fault why) {
  why.message = "the keys of ID tokens at " + printable(jwks_uri) + " cannot be had: " + why.message;
  return why;
}

result<jwk_set> keys_in(const http_response& response) {
  if (is_success(response.status)) return parse_jwk_set(response.body.reveal());
  return fault(is_transient(response.status) ? errc::temporarily_unavailable : errc::provider_error,
               "the provider answered " + std::to_string(response.status));
}

}  // namespace

task<std::shared_ptr<provider_keys::entry>> provider_keys::entry_of(std::string jwks_uri, boot_time now) {
  auto found = kept_.find(jwks_uri);
  if (found == kept_.end()) {
    if (kept_.size() >= limits::jwk_sets)
      kept_.erase(std::ranges::min_element(kept_, {}, [](const auto& each) { return each.second->used_at; }));
    const auto executor = co_await boost::asio::this_coro::executor;
    found = kept_.emplace(std::move(jwks_uri), std::make_shared<entry>(executor)).first;
  }
  found->second->used_at = now;
  co_return found->second;
}

task<result<shared_jwk_set>> provider_keys::get(std::string jwks_uri, boot_time now) {
  const auto kept = co_await entry_of(jwks_uri, now);
  if (kept->younger_than(limits::jwk_set_age, now)) co_return kept->keys;
  const bool serves_on = kept->younger_than(limits::jwk_set_offline_age, now);
  if (serves_on && entry::is_recent(kept->asked_at, now)) co_return kept->keys;
  auto fresh = co_await fetch(kept, std::move(jwks_uri), now);
  if (!fresh && serves_on) co_return kept->keys;
  co_return fresh;
}

task<result<shared_jwk_set>> provider_keys::get_newer(std::string jwks_uri, shared_jwk_set seen, boot_time now) {
  const auto kept = co_await entry_of(jwks_uri, now);
  if (kept->keys && kept->keys != seen) co_return kept->keys;
  if (!kept->is_fetching) {
    if (entry::is_recent(kept->newer_asked_at, now)) co_return seen;
    kept->newer_asked_at = now;
  }
  co_return co_await fetch(kept, std::move(jwks_uri), now);
}

// Or the outcome of the fetch that is under way.
task<result<shared_jwk_set>> provider_keys::fetch(std::shared_ptr<entry> kept, std::string jwks_uri, boot_time now) {
  for (const auto before = kept->fetches; kept->is_fetching;) {
    co_await kept->fetched.wait();
    if (kept->fetches == before) continue;  // Its caller was cancelled: this one asks.
    if (kept->trouble) co_return *kept->trouble;
    co_return kept->keys;
  }
  const fetching under_way(kept);
  kept->asked_at = now;
  http_request request;
  request.url = jwks_uri;
  request.headers.push_back(http_header{"Accept", "application/jwk-set+json, application/json"});
  const auto response = co_await http_.send(std::move(request));
  auto read = response ? keys_in(*response) : response.error();
  ++kept->fetches;
  kept->trouble.reset();
  if (!read) {
    kept->trouble = no_keys(jwks_uri, read.error());
    log::warning(kept->trouble->message);
    co_return *kept->trouble;
  }
  for (const auto& warning : read->warnings) log::warning("the keys at " + printable(jwks_uri) + ": " + warning);
  kept->keys = std::make_shared<const jwk_set>(std::move(*read));
  kept->keys_from = now;
  co_return kept->keys;
}

}  // namespace latchkey
