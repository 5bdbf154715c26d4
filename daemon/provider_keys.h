// The keys with which issuers sign their ID tokens (OIDC Core §10.1): fetched from a jwks_uri when they are first
// needed, kept in memory for all accounts, and fetched anew when they are old or a token names one that is not among
// them. Part of provider_catalog; decides nothing about a token.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "core/jwk_set.h"
#include "daemon/ports.h"

namespace latchkey {

using shared_jwk_set = std::shared_ptr<const jwk_set>;

class provider_keys {
 public:
  explicit provider_keys(http_transport& http) : http_(http) {}

  /// Those that are kept, or fetched where there are none or they are older than limits::jwk_set_age. Where that fails,
  /// the kept ones, up to limits::jwk_set_offline_age. One fetch for all who ask at once. `now` is the caller's.
  /// Errors: the transport's; temporarily_unavailable, provider_error: what came is no set of keys.
  task<result<shared_jwk_set>> get(std::string jwks_uri, boot_time now);
  /// For a token whose key is not in `seen`: newer ones. `seen` itself where there are none, or the last fetch
  /// for such a token was less than limits::jwk_set_pause ago. Errors: as get(); `seen` is kept all the same.
  task<result<shared_jwk_set>> get_newer(std::string jwks_uri, shared_jwk_set seen, boot_time now);
  void forget() { kept_.clear(); }

 private:
  struct entry;
  class fetching;
  task<std::shared_ptr<entry>> entry_of(std::string jwks_uri, boot_time now);
  task<result<shared_jwk_set>> fetch(std::shared_ptr<entry> kept, std::string jwks_uri, boot_time now);

  http_transport& http_;
  std::map<std::string, std::shared_ptr<entry>, std::less<>> kept_;  // by jwks_uri, at most limits::jwk_sets
};

}  // namespace latchkey
