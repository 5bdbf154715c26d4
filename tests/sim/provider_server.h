// The authorization servers and the resource servers behind them. They know true time, outlive every daemon, and speak
// HTTP bodies as real ones do. Used by the network; asked by the witness, who wants to know what is true.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/http_message.h"
#include "tests/sim/plan.h"

namespace latchkey::sim {

struct issued_token {
  std::size_t account = 0;
  std::size_t grant = 0;
  moment issued{0};
  moment expires{0};
  bool told = true;              ///< The answer said how long it lives.
  std::optional<moment> killed;  ///< By a rotation, a revocation, or the end of its grant.
};

class provider_server {
 public:
  provider_server(const plan& what, seeded_random& random) : plan_(what), random_(random) {}

  /// A person consents: the code to exchange.
  [[nodiscard]] std::string consent(std::size_t account);
  /// A grant as a login gives it, without one; the answer's body.
  [[nodiscard]] std::string grant_directly(std::size_t account, moment now);
  /// What `request` for `account` causes and is answered, at `now`.
  http_response handle(std::size_t account, const http_request& request, moment now);
  /// The person withdraws, or the provider ends, every grant of the account.
  void end_grants(std::size_t account, moment now);

  /// A resource server's verdict.
  [[nodiscard]] bool accepts(const std::string& access_token, moment now) const;
  /// The token endpoint would give a token for it.
  [[nodiscard]] bool would_refresh(const std::string& refresh_token, moment now) const;
  [[nodiscard]] bool grant_lives(std::size_t grant) const { return grants_[grant].alive; }
  /// Nothing where nobody ever issued it.
  [[nodiscard]] const issued_token* find(const std::string& access_token) const;
  /// Which grant a refresh token is of.
  [[nodiscard]] std::optional<std::size_t> grant_of(const std::string& refresh_token) const;
  /// Successful refreshes of the account.
  [[nodiscard]] int refreshes(std::size_t account) const;
  /// No lies from now on.
  void be_honest() { honest_ = true; }

 private:
  struct grant_record {
    std::size_t account = 0;
    bool alive = true;
    std::string refresh_token;  ///< The current one.
    std::vector<std::string> access_tokens;
    int refreshes = 0;
  };
  struct refresh_record {
    std::size_t grant = 0;
    std::optional<moment> retired;
  };

  http_response refresh(std::size_t account, const std::string& refresh_token, moment now);
  std::string issue(std::size_t grant, moment now);
  std::size_t new_grant(std::size_t account);
  void end(grant_record& grant, moment now);
  [[nodiscard]] bool acceptable(const refresh_record& token, moment now) const;

  const plan& plan_;
  seeded_random& random_;
  std::vector<grant_record> grants_;
  std::map<std::string, refresh_record> refresh_tokens_;
  std::map<std::string, issued_token> access_tokens_;
  std::map<std::string, std::size_t> codes_;
  std::uint64_t serial_ = 0;
  bool honest_ = false;
};

/// The value of field `name` in a form-encoded body whose values need no decoding.
[[nodiscard]] std::string form_value(std::string_view body, std::string_view name);
/// The text of member `name` in a flat JSON object.
[[nodiscard]] std::string json_text(std::string_view body, std::string_view name);
/// An answer with a status and a JSON body.
[[nodiscard]] http_response json_response(unsigned status, std::string body);

/// How every refresh token begins, so that one in a log line is seen.
inline constexpr std::string_view refresh_prefix = "rt-secret-";

}  // namespace latchkey::sim
