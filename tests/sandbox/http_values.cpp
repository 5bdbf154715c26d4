#include "tests/sandbox/http_values.h"

#include <nlohmann/json.hpp>

namespace latchkey::sandbox {
namespace {

constexpr auto json_type = "application/json";

}  // namespace

response json_response(unsigned status, const nlohmann::json& value) {
  return {status, json_type, value.dump() + "\n", {{"Cache-Control", "no-store"}, {"Pragma", "no-cache"}}, {}};
}

response error_response(const oauth_error& why) {
  response answer = json_response(400, {{"error", why.code}, {"error_description", why.description}});
  if (why.code == "invalid_client") {
    answer.status = 401;
    answer.headers.emplace_back("WWW-Authenticate", "Basic realm=\"latchkey-sandbox\"");
  }
  return answer;
}

std::optional<parameters> form_of(const request& asked) {
  if (!asked.content_type.starts_with("application/x-www-form-urlencoded")) return std::nullopt;
  return parameters::parse(asked.body);
}

response malformed_form() {
  return error_response({"invalid_request", "Send application/x-www-form-urlencoded, each parameter once."});
}

response unknown_client() {
  return error_response({"invalid_client", "Send Authorization: Basic with the client's id and its secret, or none."});
}

response page_response(unsigned status, std::string html) {
  response page{status, "text/html; charset=utf-8", std::move(html), {}, {}};
  page.headers = {{"Cache-Control", "no-store"},
                  {"Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"},
                  {"Referrer-Policy", "no-referrer"},
                  {"X-Content-Type-Options", "nosniff"}};
  return page;
}

response redirect_response(const redirection& to) {
  return {
      302, {}, {}, {{"Location", to.location}, {"Cache-Control", "no-store"}, {"Referrer-Policy", "no-referrer"}}, {}};
}

response bearer_challenge(unsigned status, std::string_view error, std::string_view scope) {
  std::string challenge = "Bearer realm=\"latchkey-sandbox\"";
  if (!error.empty()) challenge += ", error=\"" + std::string(error) + '"';
  if (!scope.empty()) challenge += ", scope=\"" + std::string(scope) + '"';
  response answer = json_response(status, {{"error", nlohmann::json::array({"EAuth:Invalid token"})}});
  if (status == 403) answer = json_response(status, {{"error", nlohmann::json::array({"EGeneral:Permission denied"})}});
  answer.headers.emplace_back("WWW-Authenticate", std::move(challenge));
  return answer;
}

response exchange_refusal(std::string_view error) {
  return json_response(200, {{"error", nlohmann::json::array({error})}});
}

}  // namespace latchkey::sandbox
