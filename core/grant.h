// What the person gave: the tokens of one account and what is known about them. Lives in the store, in this form.
#pragma once

#include <optional>
#include <string>

#include "core/scopes.h"
#include "core/secret.h"
#include "core/token_endpoint.h"
#include "core/types.h"

namespace latchkey {

struct grant {
  secret access_token;
  std::string token_type = "Bearer";
  secret refresh_token;  ///< Empty: the provider gave none.
  secret id_token;       ///< The last one that came and was good (check_id_token()); empty: none.
  std::string subject;   ///< Whom it names (its `sub`), ever since the login; empty: not known.
  scope_list scopes;     ///< Granted, which may be fewer than asked for.
  wall_time obtained_at{};
  /// The same moment on the clock that nobody can set, and the boot it counts from (time_source::boot_id()); empty: not
  /// known.
  boot_time obtained_boot{};
  std::string boot_id;
  std::optional<seconds> lifetime;               ///< Of the access token, from obtained_at; absent: unknown.
  std::optional<wall_time> refresh_obtained_at;  ///< When the refresh token first came.
  generation_number generation = 0;
  std::string bound_to;  ///< grant_binding() of the account that it was given to.

  /// obtained_at + lifetime; nothing where the lifetime is unknown.
  [[nodiscard]] std::optional<wall_time> expires_at() const;
  /// When the access token expires, as a time of this boot; nothing where its lifetime is unknown. Of two clocks the
  /// one that says earlier is believed: a paused virtual machine's boot clock stands still, and a wall clock can be
  /// set. One that was set back behind obtained_at tells nothing; without a boot clock to ask, the token counts as
  /// expired.
  [[nodiscard]] std::optional<boot_time> expires_boot(const instant& now, std::string_view boot) const;
  [[nodiscard]] grant clone() const;
};

/// Whether the access token is bound to the account's key (RFC 9449).
[[nodiscard]] token_binding binding_of(const grant& value) noexcept;

/// The grant after `response`. `before` is the grant that was refreshed, or nothing after a login: what an earlier
/// login gave, perhaps another person's, is never mixed into a new one. Keeps the old refresh token where no new one
/// came to a refresh (RFC 6749 §6), takes scopes as `asked` where the answer names none, and the provider's documented
/// lifetime where expires_in is missing. generation is one above `last_generation`. The ID token of `response` is not
/// taken: nobody has checked it yet.
[[nodiscard]] grant next_grant(const provider& server, token_response response, const scope_list& asked,
                               const grant* before, generation_number last_generation, const instant& now);

/// Whether `left` came after `right`. Within one boot its clock tells; else the higher generation, because a wall clock
/// may have been set, and of equal ones the later obtained_at.
[[nodiscard]] bool supersedes(const grant& left, const grant& right) noexcept;

}  // namespace latchkey
