// The grants that people gave, and the life of their tokens: rotation, the exclusive access token, reuse, grace. Used
// by sandbox_state. Never reads a clock or makes randomness of its own: both come in.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <unordered_map>

#include <boost/system/result.hpp>

#include "tests/sandbox/scope_table.h"

namespace latchkey::sandbox {

using std::chrono::seconds;
using moment = std::chrono::steady_clock::time_point;

enum class access_tokens {
  exclusive,   ///< A new access token kills the old one at once, as at Kraken.
  coexisting,  ///< Each lives until its own expiry.
};

struct token_rules {
  access_tokens kind = access_tokens::exclusive;
  seconds access_token_lifetime{4 * 3600};  ///< Of public clients.
  seconds confidential_access_token_lifetime{24 * 3600};
  seconds refresh_token_lifetime{30 * 24 * 3600};
  /// How long the last refresh token may be repeated, for the same tokens again; nothing: reuse ends the grant.
  std::optional<seconds> grace;
};

using grant_id = std::uint64_t;

enum class freshness { made, repeated };

/// The sandbox's tokens open nothing outside of it, so they are plain strings.
struct issued_tokens {
  std::string access_token;
  std::string refresh_token;
  seconds expires_in{0};
  freshness age = freshness::made;
};

struct opened_grant {
  grant_id id = 0;
  issued_tokens tokens;
};

enum class refusal {
  unknown_token,      ///< Never issued, expired, or of a grant that is over.
  foreign_token,      ///< Another client's.
  reused_token,       ///< Rotated away: the grant ended just now (RFC 9700 §4.14.2).
  scope_not_granted,  ///< The refresh asks for more than was given (RFC 6749 §6).
};

/// What a living access token may do.
struct access_right {
  grant_id grant = 0;
  std::string client_id;
  scope_list scopes;
  moment expires;
};

class grant_book {
 public:
  using token_source = std::function<std::string()>;

  grant_book(const token_rules& rules, token_source next_token) : rules_(rules), next_token_(std::move(next_token)) {}

  struct grantee {
    std::string client_id;
    seconds access_token_lifetime;
  };
  opened_grant open(grantee to, scope_list scopes, moment now);
  struct refresh_request {
    std::string client_id;
    std::string refresh_token;
    scope_list scopes;  ///< Empty: as granted.
  };
  boost::system::result<issued_tokens, refusal> refresh(const refresh_request& request, moment now);

  [[nodiscard]] const access_right* living_access(const std::string& access_token, moment now) const;
  struct holder {
    grant_id id;
    std::string client_id;
  };
  /// The grant that an access or refresh token belongs to, while it lasts.
  [[nodiscard]] std::optional<holder> holder_of(const std::string& token) const;

  void end(grant_id id);
  void expire_access_tokens() noexcept;
  void forget() noexcept;

 private:
  struct grant {
    grantee to;
    scope_list scopes;
    std::string access_token;
    std::string refresh_token;
    std::string previous_refresh_token;
    moment rotated;
  };

  issued_tokens rotate(grant_id id, const scope_list& scopes, moment now);
  issued_tokens repeat(const grant& of, moment now) const;

  token_rules rules_;
  token_source next_token_;
  grant_id last_id_ = 0;
  std::unordered_map<grant_id, grant> grants_;
  std::unordered_map<std::string, access_right> access_tokens_;
  /// Old ones stay, for reuse to be seen.
  std::unordered_map<std::string, grant_id> refresh_tokens_;
};

}  // namespace latchkey::sandbox
