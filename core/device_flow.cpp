#include "core/device_flow.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/client_request.h"
#include "core/limits.h"
#include "core/provider_answer.h"
#include "core/token_failures.h"
#include "core/url.h"

namespace latchkey {
namespace {

using nlohmann::json;

constexpr std::string_view grant_type = "urn:ietf:params:oauth:grant-type:device_code";

fault nonsense(const std::string& problem) {
  return {errc::provider_error, "the device authorization endpoint's answer " + problem};
}

result<std::string> text_of(const json& fields, std::string_view name, std::size_t limit) {
  const auto found = fields.find(name);
  if (found == fields.end() || found->is_null()) return std::string();
  if (!found->is_string()) return nonsense("has a value for " + std::string(name) + " that is no string");
  auto text = found->get<std::string>();
  if (text.size() > limit)
    return nonsense("has a value for " + std::string(name) + " of more than " + std::to_string(limit) + " bytes");
  return text;
}

// Nothing where it is no number; some providers write numbers as strings.
std::optional<double> number_of(const json& fields, std::string_view name) {
  const auto found = fields.find(name);
  if (found == fields.end()) return std::nullopt;
  if (found->is_number()) return found->get<double>();
  if (!found->is_string()) return std::nullopt;
  const json number = json::parse(found->get_ref<const std::string&>(), nullptr, false);
  if (!number.is_number()) return std::nullopt;
  return number.get<double>();
}

seconds at_most(double stated, seconds longest) {
  return stated < static_cast<double>(longest.count()) ? seconds(static_cast<seconds::rep>(stated)) : longest;
}

// A page that is not https could be anybody's by the time the person types the code.
void warn_of_address(device_authorization& code) {
  if (code.verification_uri.starts_with("https://") || parse_endpoint("verification_uri", code.verification_uri))
    return;
  code.warnings.push_back("the address " + printable(code.verification_uri) +
                          " is not protected by https: go there only if you expected it");
}

std::optional<fault> read_texts(const json& fields, device_authorization& code) {
  const auto member = [&](std::string_view name, std::size_t limit, std::string& into) -> std::optional<fault> {
    auto text = text_of(fields, name, limit);
    if (!text) return text.error();
    if (!text->empty()) into = std::move(*text);
    return std::nullopt;
  };
  std::string device_code;
  if (auto wrong = member("device_code", limits::token_bytes, device_code)) return wrong;
  code.device_code = secret::take(std::move(device_code));
  if (auto wrong = member("user_code", limits::user_code, code.user_code)) return wrong;
  for (const std::string_view name : {"verification_url", "verification_uri"})
    if (auto wrong = member(name, limits::verification_uri, code.verification_uri)) return wrong;
  for (const std::string_view name : {"verification_url_complete", "verification_uri_complete"})
    if (auto wrong = member(name, limits::verification_uri, code.verification_uri_complete)) return wrong;
  if (code.device_code.empty()) return nonsense("has no device_code");
  if (code.user_code.empty()) return nonsense("has no user_code");
  if (code.verification_uri.empty()) return nonsense("has no verification_uri");
  return std::nullopt;
}

std::optional<fault> read_times(const json& fields, device_authorization& code) {
  const auto lifetime = number_of(fields, "expires_in");
  // It is required, but a login that works is better than one that is refused for it.
  code.expires_in = lifetime ? at_most(*lifetime, limits::longest_device_code) : limits::login_timeout;
  if (lifetime && !(*lifetime >= 1))
    return fault(errc::login_expired, "the provider gave a code that has expired already (expires_in is below one)");
  const auto interval = number_of(fields, "interval");
  if (interval && *interval >= 1) code.interval = at_most(*interval, limits::longest_device_interval);
  return std::nullopt;
}

fault refusal(const http_response& response, const std::optional<provider_failure>& error, wall_time now) {
  fault why = refused_request(response, error, now).why;
  if (why.code == errc::login_required) why.code = errc::login_failed;
  if (error && !is_transient(response.status)) {
    why.message = "the provider gave no code: " + why.message;
    return why;
  }
  why.message = "the device authorization endpoint answered " + std::to_string(response.status);
  if (why.code != errc::temporarily_unavailable)
    why.message += ": check its address, and whether this client may use the device flow";
  return why;
}

}  // namespace

http_request device_authorization_request(const provider& server, const client_credentials& client,
                                          const scope_list& scopes) {
  const std::string scope = join_scopes(scopes);
  std::vector<form_field> fields;
  if (!scope.empty()) fields.push_back({"scope", scope});
  return client_request(server, client, server.device_authorization_endpoint, fields);
}

http_request device_token_request(const provider& server, const client_credentials& client, const secret& device_code) {
  const form_field fields[] = {{"grant_type", grant_type}, {"device_code", device_code.reveal()}};
  return client_request(server, client, server.token_endpoint, fields);
}

result<device_authorization> parse_device_authorization(const http_response& response, wall_time now) {
  const auto fields = read_answer(response.body.reveal());
  const auto error = fields ? find_error(*fields) : std::nullopt;
  if (error || !is_success(response.status)) return refusal(response, error, now);
  if (!fields)
    return fault(errc::provider_error, "the device authorization endpoint answered " + std::to_string(response.status) +
                                           ", but " + fields.error().message);
  device_authorization code;
  if (auto wrong = read_texts(*fields, code)) return *std::move(wrong);
  if (auto wrong = read_times(*fields, code)) return *std::move(wrong);
  warn_of_address(code);
  return code;
}

device_poll::device_poll(const device_authorization& code, boot_time now)
    : interval_(code.interval), next_(now + code.interval), expires_(now + code.expires_in) {}

std::optional<fault> device_poll::refused(const token_failure& failure, boot_time now) {
  trouble_.reset();
  if (failure.error == "slow_down") interval_ += limits::slow_down;
  if (failure.error == "slow_down" || failure.error == "authorization_pending") {
    backoff_ = seconds(0);
    next_ = now + interval_;
    return std::nullopt;
  }
  if (failure.error == "expired_token") return expiry();
  if (failure.error == "access_denied")
    return fault(errc::access_denied, "the login was refused at the provider", failure.why.provider_text);
  if (failure.what == token_failure::kind::transient) {
    trouble_ = failure.why.message;
    backoff_ = std::min<seconds>(backoff_ == seconds(0) ? 2 * interval_ : 2 * backoff_, limits::longest_device_backoff);
    next_ = now + std::max<seconds>({interval_, backoff_, failure.why.retry_after.value_or(seconds(0))});
    return std::nullopt;
  }
  fault why = failure.why;
  if (why.code != errc::login_required) return why;
  why.code = errc::login_failed;
  why.message = "the provider does not know the code any more";
  return why;
}

fault device_poll::expiry() const {
  std::string message = "the code has expired before anybody finished the login";
  if (trouble_) message += "; the last question to the provider got no answer: " + *trouble_;
  return {errc::login_expired, std::move(message)};
}

}  // namespace latchkey
