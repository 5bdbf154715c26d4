#include "tests/sim/provider_server.h"

#include <algorithm>

namespace latchkey::sim {
namespace {

constexpr seconds ten_years{10LL * 365 * 24 * 3600};

http_response invalid_grant() {
  return json_response(400, R"({"error":"invalid_grant","error_description":"unknown, used or revoked"})");
}

}  // namespace

std::string form_value(std::string_view body, std::string_view name) {
  while (!body.empty()) {
    const std::string_view field = body.substr(0, body.find('&'));
    if (field.size() > name.size() && field.starts_with(name) && field[name.size()] == '=')
      return std::string(field.substr(name.size() + 1));
    body.remove_prefix(std::min(body.size(), field.size() + 1));
  }
  return {};
}

std::string json_text(std::string_view body, std::string_view name) {
  const std::string key = "\"" + std::string(name) + "\":\"";
  const std::size_t found = body.find(key);
  if (found == std::string_view::npos) return {};
  const std::string_view rest = body.substr(found + key.size());
  return std::string(rest.substr(0, rest.find('"')));
}

http_response json_response(unsigned status, std::string body) {
  http_response response;
  response.status = status;
  response.headers.push_back(http_header{"Content-Type", "application/json"});
  response.body = secret::take(std::move(body));
  return response;
}

std::string provider_server::consent(std::size_t account) {
  std::string code = "code-" + std::to_string(++serial_);
  codes_.emplace(code, account);
  return code;
}

std::size_t provider_server::new_grant(std::size_t account) {
  grants_.push_back({account, true, {}, {}, 0});
  return grants_.size() - 1;
}

std::string provider_server::grant_directly(std::size_t account, moment now) {
  return issue(new_grant(account), now);
}

http_response provider_server::handle(std::size_t account, const http_request& request, moment now) {
  const std::string_view body = request.body.reveal();
  if (request.url.ends_with("/revoke")) {
    // RFC 7009 §2.1: whichever token it is, its grant ends; §2.2: an unknown one is no error.
    const std::string token = form_value(body, "token");
    if (const auto grant = grant_of(token)) end(grants_[*grant], now);
    if (const auto* access = find(token)) end(grants_[access->grant], now);
    return json_response(200, "{}");
  }
  const std::string kind = form_value(body, "grant_type");
  if (kind == "refresh_token") return refresh(account, form_value(body, "refresh_token"), now);
  const auto code = codes_.extract(form_value(body, "code"));
  if (kind != "authorization_code" || !code || code.mapped() != account) return invalid_grant();
  return json_response(200, grant_directly(account, now));
}

http_response provider_server::refresh(std::size_t account, const std::string& refresh_token, moment now) {
  const auto found = refresh_tokens_.find(refresh_token);
  if (found == refresh_tokens_.end()) return invalid_grant();
  grant_record& grant = grants_[found->second.grant];
  if (grant.account != account || !grant.alive) return invalid_grant();
  if (!acceptable(found->second, now)) {
    if (plan_.accounts[account].detects_reuse) end(grant, now);
    return invalid_grant();
  }
  ++grant.refreshes;
  return json_response(200, issue(found->second.grant, now));
}

bool provider_server::acceptable(const refresh_record& token, moment now) const {
  const grant_record& grant = grants_[token.grant];
  if (!grant.alive) return false;
  return !token.retired || now < *token.retired + plan_.accounts[grant.account].grace;
}

std::string provider_server::issue(std::size_t grant_number, moment now) {
  grant_record& grant = grants_[grant_number];
  const account_plan& habits = plan_.accounts[grant.account];
  if (habits.exclusive)
    for (const std::string& token : grant.access_tokens) {
      issued_token& older = access_tokens_[token];
      if (!older.killed) older.killed = now;
    }
  issued_token made;
  made.account = grant.account;
  made.grant = grant_number;
  made.issued = now;
  seconds lifetime = habits.lifetime;
  std::string says = std::to_string(lifetime.count());
  if (habits.lies_about_lifetime && !honest_ && random_.chance(200)) {
    made.told = random_.chance(500);
    if (made.told) lifetime = ten_years;
    says = made.told ? std::to_string(lifetime.count()) : "0";
  }
  made.expires = now + lifetime;
  const std::string access = "at-" + std::to_string(++serial_);
  access_tokens_.emplace(access, made);
  grant.access_tokens.push_back(access);
  std::string body =
      R"({"access_token":")" + access + R"(","token_type":"bearer","expires_in":)" + says + R"(,"scope":"read")";
  if (habits.rotates || grant.refresh_token.empty()) {
    if (!grant.refresh_token.empty()) refresh_tokens_[grant.refresh_token].retired = now;
    grant.refresh_token = std::string(refresh_prefix) + std::to_string(++serial_);
    refresh_tokens_.emplace(grant.refresh_token, refresh_record{grant_number, std::nullopt});
    body += R"(,"refresh_token":")" + grant.refresh_token + "\"";
  }
  return body + "}";
}

void provider_server::end(grant_record& grant, moment now) {
  grant.alive = false;
  for (const std::string& token : grant.access_tokens) {
    issued_token& each = access_tokens_[token];
    if (!each.killed) each.killed = now;
  }
}

void provider_server::end_grants(std::size_t account, moment now) {
  for (grant_record& each : grants_)
    if (each.account == account && each.alive) end(each, now);
}

bool provider_server::accepts(const std::string& access_token, moment now) const {
  const issued_token* const token = find(access_token);
  return token != nullptr && now < token->expires && (!token->killed || now < *token->killed);
}

bool provider_server::would_refresh(const std::string& refresh_token, moment now) const {
  const auto found = refresh_tokens_.find(refresh_token);
  return found != refresh_tokens_.end() && acceptable(found->second, now);
}

const issued_token* provider_server::find(const std::string& access_token) const {
  const auto found = access_tokens_.find(access_token);
  return found == access_tokens_.end() ? nullptr : &found->second;
}

std::optional<std::size_t> provider_server::grant_of(const std::string& refresh_token) const {
  const auto found = refresh_tokens_.find(refresh_token);
  if (found == refresh_tokens_.end()) return std::nullopt;
  return found->second.grant;
}

int provider_server::refreshes(std::size_t account) const {
  int count = 0;
  for (const grant_record& each : grants_)
    if (each.account == account) count += each.refreshes;
  return count;
}

}  // namespace latchkey::sim
