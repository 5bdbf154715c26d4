#include "core/token_failures.h"

#include <algorithm>
#include <utility>

#include "core/limits.h"

namespace latchkey {
namespace {

using kind = token_failure::kind;

struct meaning {
  std::string_view code;
  kind what;
  errc error;
  std::string_view sentence;
};

// RFC 6749 §5.2 and, where a server sends them here too, §4.1.2.1 and OIDC Core §3.1.2.6.
constexpr meaning known[] = {
    {"invalid_grant", kind::dead_grant, errc::login_required, "the provider does not accept the grant any more"},
    // As GitHub and Slack call it.
    {"bad_refresh_token", kind::dead_grant, errc::login_required, "the provider does not accept the grant any more"},
    {"invalid_refresh_token", kind::dead_grant, errc::login_required,
     "the provider does not accept the grant any more"},
    {"interaction_required", kind::dead_grant, errc::login_required, "the provider wants the person to log in again"},
    {"login_required", kind::dead_grant, errc::login_required, "the provider wants the person to log in again"},
    {"consent_required", kind::dead_grant, errc::login_required, "the provider wants the person's consent again"},
    {"invalid_client", kind::permanent, errc::provider_error,
     "the provider does not know this client or its secret: check client_id and the client secret"},
    {"unauthorized_client", kind::permanent, errc::provider_error,
     "the provider does not allow this client to do that: check how the client is registered"},
    {"invalid_scope", kind::permanent, errc::provider_error,
     "the provider does not give these scopes to this client: check the account's scopes"},
    {"unsupported_grant_type", kind::permanent, errc::provider_error,
     "the provider does not support this way to get a token"},
    {"invalid_request", kind::permanent, errc::provider_error, "the provider could not read the request"},
    {"access_denied", kind::permanent, errc::access_denied, "the provider or the person said no"},
    // As Microsoft calls it in the device flow.
    {"authorization_declined", kind::permanent, errc::access_denied, "the provider or the person said no"},
    {"temporarily_unavailable", kind::transient, errc::temporarily_unavailable, "the provider is not available now"},
    {"server_error", kind::transient, errc::temporarily_unavailable, "the provider has a problem of its own"},
    {"EAPI:Rate limit exceeded", kind::transient, errc::temporarily_unavailable, "the provider got too many requests"},
};

// Every service error of the Kraken exchange is about its state, not about the request.
constexpr std::string_view kraken_service = "EService:";

meaning meaning_of_status(unsigned status) {
  if (status == 429)
    return {"", kind::transient, errc::temporarily_unavailable, "the token endpoint got too many requests"};
  if (is_transient(status))
    return {"", kind::transient, errc::temporarily_unavailable, "the token endpoint is not available now"};
  if (status >= 300 && status < 400)
    return {"", kind::permanent, errc::provider_error,
            "the token endpoint redirects, and credentials do not follow: check the address of the token endpoint"};
  if (status == 401)
    return {"", kind::permanent, errc::provider_error,
            "the provider does not know this client or its secret: check client_id and the client secret"};
  if (status == 404 || status == 405)
    return {"", kind::permanent, errc::provider_error,
            "nothing takes token requests there: check the address of the token endpoint"};
  return {"", kind::permanent, errc::provider_error, "the token endpoint refused the request"};
}

meaning meaning_of(unsigned status, const std::optional<provider_failure>& error) {
  // A server in trouble may say anything; a grant is not given up for it.
  if (!error || is_transient(status)) return meaning_of_status(status);
  if (error->code.starts_with(kraken_service))
    return {"", kind::transient, errc::temporarily_unavailable, "the provider is not available now"};
  const auto* const row = std::ranges::find(known, std::string_view(error->code), &meaning::code);
  if (row != std::end(known)) return *row;
  return {"", kind::permanent, errc::provider_error, "the provider refused the request"};
}

std::string provider_words(const http_response& response, const std::optional<provider_failure>& error) {
  if (error) return error->shown();
  // RFC 6750 §3: a server may put its reason here alone.
  return printable(find_header(response.headers, "WWW-Authenticate").value_or(""), limits::provider_text);
}

}  // namespace

token_failure refused_request(const http_response& response, const std::optional<provider_failure>& error,
                              wall_time now) {
  const meaning found = meaning_of(response.status, error);
  token_failure failure;
  failure.what = found.what;
  failure.error = error ? printable(error->code, limits::provider_text) : "";
  const std::string reason = found.code.empty() ? "status " + std::to_string(response.status) : std::string(found.code);
  failure.why = fault(found.error, std::string(found.sentence) + " (" + reason + ")", provider_words(response, error));
  if (found.what == kind::transient) failure.why.retry_after = retry_after_of(response, now);
  return failure;
}

}  // namespace latchkey
