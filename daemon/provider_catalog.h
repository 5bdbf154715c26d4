// Which providers there are: the built-in presets, the user's own files over them, and what discovery says of an
// issuer. Used by the broker and the accounts.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/account_config.h"
#include "core/provider.h"
#include "daemon/ports.h"
#include "daemon/provider_keys.h"

namespace latchkey {

struct listed_provider {
  provider server;
  std::string source;  ///< "built-in", or the file that holds it.
};

class provider_catalog {
 public:
  /// `folder`: the user's providers/ folder; need not exist.
  provider_catalog(http_transport& http, std::filesystem::path folder);

  /// All, by name. Errors: bad_request naming the file that is wrong.
  [[nodiscard]] result<std::vector<listed_provider>> list() const;
  /// Errors: bad_request: unknown (with the nearest name), or its file is wrong.
  [[nodiscard]] result<listed_provider> find(std::string_view name) const;
  /// The provider of `account` with its variables and overrides applied. Asks the network where it has an issuer that
  /// was not discovered yet.
  task<result<provider>> resolve(account_config account);
  /// Issuers are discovered again, and their keys fetched.
  void forget_discovered();
  /// The keys that ID tokens of `server` are signed with, from its jwks_uri or the one that discovery of its issuer
  /// names; nullptr where nobody names one, or there is no issuer to compare with. Errors: those of discovery, and of
  /// provider_keys::get().
  task<result<shared_jwk_set>> keys_of(provider server, boot_time now);
  /// See provider_keys::get_newer().
  task<result<shared_jwk_set>> newer_keys_of(provider server, shared_jwk_set seen, boot_time now);
  /// What resolve() would give as far as it is known without the network.
  [[nodiscard]] provider known(const account_config& account) const;

 private:
  task<result<provider>> discover(std::string issuer);
  task<result<>> learn(std::string issuer);
  task<result<std::string>> jwks_uri_of(provider server);

  http_transport& http_;
  provider_keys keys_;
  std::filesystem::path folder_;
  std::map<std::string, provider, std::less<>> discovered_;  // by issuer, for the life of the process
};

}  // namespace latchkey
