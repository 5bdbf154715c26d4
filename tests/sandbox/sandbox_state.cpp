#include "tests/sandbox/sandbox_state.h"

#include <algorithm>

namespace latchkey::sandbox {
namespace {

constexpr seconds consent_lifetime{600};

oauth_error invalid_grant(std::string description) {
  return {"invalid_grant", std::move(description)};
}

oauth_error refresh_error(refusal why) {
  switch (why) {
    case refusal::unknown_token:
      return invalid_grant("The refresh token is unknown, expired or revoked.");
    case refusal::foreign_token:
      return invalid_grant("The refresh token was issued to another client.");
    case refusal::reused_token:
      return invalid_grant("The refresh token was used before; the grant has ended.");
    case refusal::scope_not_granted:
      break;
  }
  return {"invalid_scope", "The refresh asks for a scope that was not granted."};
}

// RFC 8628 §3.5.
oauth_error poll_error(poll_refusal why) {
  switch (why) {
    case poll_refusal::unknown_code:
      return invalid_grant("The device code is unknown.");
    case poll_refusal::foreign_code:
      return invalid_grant("The device code was issued to another client.");
    case poll_refusal::used_code:
      return invalid_grant("The device code was used before.");
    case poll_refusal::expired:
      return {"expired_token", "The device code has expired."};
    case poll_refusal::too_fast:
      return {"slow_down", "The device polls too fast."};
    case poll_refusal::denied:
      return {"access_denied", "The person said no."};
    case poll_refusal::pending:
      break;
  }
  return {"authorization_pending", "The person has not answered yet."};
}

std::optional<oauth_error> scope_fault(const parameters& request) {
  const scope_list asked = split_at_spaces(request["scope"]);
  if (std::ranges::all_of(asked, is_known_scope)) return std::nullopt;
  return oauth_error{"invalid_scope", "A scope is unknown."};
}

// RFC 6749 §2.3.1: the client may repeat its id in the form.
std::optional<oauth_error> client_id_fault(const client& by, const parameters& request) {
  const std::string& repeated = request["client_id"];
  if (repeated.empty() || repeated == by.id) return std::nullopt;
  return oauth_error{"invalid_request", "client_id differs from the one in the Authorization header."};
}

}  // namespace

sandbox_state::sandbox_state(settings rules, const grant_book::token_source& next_token)
    : rules_(std::move(rules)),
      next_token_(next_token),
      grants_(rules_.tokens, next_token),
      devices_(rules_.device, next_token),
      api_keys_(next_token) {}

authorize_answer sandbox_state::authorize(const parameters& request, moment now) {
  ++count.authorize;
  std::erase_if(questions_, [now](const auto& question) { return question.second.expires <= now; });

  const client* const asking = find_client(request["client_id"]);
  if (asking == nullptr) return authorize_refused{"No app is registered under this client_id."};
  if (!is_allowed_redirect(request["redirect_uri"])) {
    return authorize_refused{"This redirect_uri is not registered for the app."};
  }

  authorization asked{asking->id, request["redirect_uri"],           request["state"],
                      {},         split_at_spaces(request["scope"]), now + consent_lifetime};
  if (const auto fault = fault_of(request)) {
    redirection back = send_back(asked, {"error", fault->code});
    back.location = with_parameters(back.location, {{"error_description", fault->description}});
    return back;
  }
  asked.code_challenge = request["code_challenge"];
  if (asked.scopes.empty()) asked.scopes = all_scopes();

  consent_question question{next_token_(), asking->name, asked.redirect_uri, asked.scopes};
  questions_.emplace(question.id, std::move(asked));
  return question;
}

// What is wrong with a request whose client and redirect_uri can be trusted: the client is told by redirect.
std::optional<oauth_error> sandbox_state::fault_of(const parameters& request) const {
  if (request["response_type"].empty()) return oauth_error{"invalid_request", "response_type is missing."};
  if (request["response_type"] != "code") return oauth_error{"unsupported_response_type", "Only code is supported."};
  if (auto fault = scope_fault(request)) return fault;
  if (request["code_challenge"].empty()) {
    if (rules_.proof == pkce::required) return oauth_error{"invalid_request", "code_challenge is missing."};
    return std::nullopt;
  }
  // RFC 7636 §4.3: without a method the client means "plain", which the sandbox does not take.
  if (request["code_challenge_method"] != "S256") return oauth_error{"invalid_request", "Use S256."};
  return std::nullopt;
}

std::optional<redirection> sandbox_state::decide(const std::string& consent_id, decision answer, moment now) {
  ++count.consent;
  auto question = questions_.extract(consent_id);
  if (question.empty() || question.mapped().expires <= now) return std::nullopt;
  authorization& asked = question.mapped();
  if (answer == decision::deny) return send_back(asked, {"error", "access_denied"});

  std::string code = next_token_();
  redirection back = send_back(asked, {"code", code});
  asked.expires = now + rules_.code_lifetime;
  codes_.emplace(std::move(code), issued_code{std::move(asked), false, std::nullopt});
  return back;
}

redirection sandbox_state::send_back(const authorization& to, std::pair<std::string, std::string> answer) {
  std::vector<std::pair<std::string, std::string>> added{std::move(answer)};
  if (!to.state.empty()) added.emplace_back("state", to.state);
  return redirection{with_parameters(to.redirect_uri, added)};
}

const client* sandbox_state::authenticate(const std::optional<credentials>& given) const {
  const client* const found = given ? find_client(given->id) : nullptr;
  if (found == nullptr) return nullptr;
  const std::string_view expected = found->client_secret ? found->client_secret->reveal() : std::string_view();
  return constant_time_equal(expected, given->password) ? found : nullptr;
}

oauth_result<issued_tokens> sandbox_state::token(const client& by, const parameters& request, moment now) {
  const std::string& type = request["grant_type"];
  if (type.empty()) return oauth_error{"invalid_request", "grant_type is missing."};
  if (const auto fault = client_id_fault(by, request)) return *fault;
  if (type == "authorization_code") return exchange(by, request, now);
  if (type == "refresh_token") return refresh(by, request, now);
  if (type == device_grant_type) return poll(by, request, now);
  return oauth_error{"unsupported_grant_type", "Use authorization_code, refresh_token or device_code."};
}

oauth_result<issued_tokens> sandbox_state::exchange(const client& by, const parameters& request, moment now) {
  if (request["code"].empty()) return oauth_error{"invalid_request", "code is missing."};
  const auto found = codes_.find(request["code"]);
  if (found == codes_.end()) return invalid_grant("The code is unknown.");
  issued_code& code = found->second;
  if (code.what.client_id != by.id) return invalid_grant("The code was issued to another client.");
  if (code.used) {
    // RFC 6749 §4.1.2: whoever repeats a code may have stolen it.
    if (code.grant) grants_.end(*code.grant);
    return invalid_grant("The code was used before; what it gave is revoked.");
  }
  // Spent by its own client's first try, right or wrong: nobody may guess at the verifier.
  code.used = true;
  if (code.what.expires <= now) return invalid_grant("The code has expired.");
  if (code.what.redirect_uri != request["redirect_uri"]) return invalid_grant("redirect_uri differs from the request.");
  const std::string& verifier = request["code_verifier"];
  if (code.what.code_challenge.empty() != verifier.empty()) return invalid_grant("PKCE on one side only.");
  if (!verifier.empty() && s256_challenge(verifier) != code.what.code_challenge) {
    return invalid_grant("code_verifier does not match code_challenge.");
  }
  opened_grant opened = grants_.open(grantee_of(by), code.what.scopes, now);
  code.grant = opened.id;
  ++count.code_exchanges;
  return std::move(opened.tokens);
}

oauth_result<issued_tokens> sandbox_state::refresh(const client& by, const parameters& request, moment now) {
  if (request["refresh_token"].empty()) return oauth_error{"invalid_request", "refresh_token is missing."};
  const auto answer = grants_.refresh({by.id, request["refresh_token"], split_at_spaces(request["scope"])}, now);
  if (!answer) {
    ++count.refreshes_refused;
    if (answer.error() == refusal::reused_token) ++count.reuse_detected;
    return refresh_error(answer.error());
  }
  ++(answer->age == freshness::made ? count.refreshes : count.refreshes_repeated);
  return *answer;
}

oauth_result<device_codes> sandbox_state::begin_device(const client& by, const parameters& request, moment now) {
  if (const auto fault = client_id_fault(by, request)) return *fault;
  if (const auto fault = scope_fault(request)) return *fault;
  scope_list asked = split_at_spaces(request["scope"]);
  return devices_.begin(by.id, asked.empty() ? all_scopes() : std::move(asked), now);
}

std::optional<device_question> sandbox_state::ask_device(std::string_view user_code, moment now) {
  return devices_.ask(user_code, now);
}

bool sandbox_state::decide_device(const std::string& question_id, decision answer, moment now) {
  ++count.consent;
  return devices_.decide(question_id, answer, now);
}

oauth_result<issued_tokens> sandbox_state::poll(const client& by, const parameters& request, moment now) {
  if (request["device_code"].empty()) return oauth_error{"invalid_request", "device_code is missing."};
  auto allowed = devices_.poll(by.id, request["device_code"], now);
  if (!allowed) {
    if (allowed.error() == poll_refusal::too_fast) ++count.device_slow_downs;
    return poll_error(allowed.error());
  }
  ++count.device_logins;
  return grants_.open(grantee_of(by), std::move(*allowed), now).tokens;
}

std::optional<oauth_error> sandbox_state::revoke(const client& by, const parameters& request) {
  if (request["token"].empty()) return oauth_error{"invalid_request", "token is missing."};
  const auto holder = grants_.holder_of(request["token"]);
  if (!holder) return std::nullopt;  // RFC 7009 §2.2: an unknown token is as good as revoked.
  if (holder->client_id != by.id) return invalid_grant("The token was issued to another client.");
  grants_.end(holder->id);
  ++count.revocations;
  return std::nullopt;
}

const access_right* sandbox_state::right_of(const std::string& access_token, moment now) const {
  return grants_.living_access(access_token, now);
}

const scope_list* sandbox_state::scopes_of(const std::string& access_token, moment now) const {
  const access_right* const right = right_of(access_token, now);
  return right == nullptr ? nullptr : &right->scopes;
}

void sandbox_state::forget_grants() noexcept {
  grants_.forget();
  codes_.clear();
  devices_.forget();
  questions_.clear();
}

grant_book::grantee sandbox_state::grantee_of(const client& by) const {
  const token_rules& rules = rules_.tokens;
  return {by.id, by.client_secret ? rules.confidential_access_token_lifetime : rules.access_token_lifetime};
}

const client* sandbox_state::find_client(std::string_view id) const {
  const auto found = std::ranges::find(rules_.clients, id, &client::id);
  return found == rules_.clients.end() ? nullptr : &*found;
}

bool sandbox_state::is_allowed_redirect(const std::string& uri) const {
  if (std::ranges::find(rules_.redirect_uris, uri) != rules_.redirect_uris.end()) return true;
  return rules_.redirects == redirect_rule::any_loopback_port && is_loopback_redirect(uri);
}

}  // namespace latchkey::sandbox
