#include <strings.h>

#include <algorithm>
#include <array>
#include <utility>

#include "core/authorize.h"
#include "core/landing_page.h"
#include "core/limits.h"
#include "core/provider_answer.h"

namespace latchkey {
namespace {

std::size_t count(const form_fields& fields, std::string_view name) {
  return static_cast<std::size_t>(std::ranges::count(fields, name, &form_fields::value_type::first));
}

/// The one value of `name`; empty where it is absent, which no parameter here may be.
std::string_view value_of(const form_fields& fields, std::string_view name) {
  const auto found = std::ranges::find(fields, name, &form_fields::value_type::first);
  return found == fields.end() ? std::string_view() : found->second;
}

// RFC 6749 §3.1: no parameter more than once. Which of two would count is what an attacker plays with.
std::string_view first_double(const form_fields& fields) {
  for (const std::string_view name : {"state", "code", "error", "iss", "error_description"})
    if (count(fields, name) > 1) return name;
  return {};
}

/// A browser leaves the port of http out.
std::string_view without_default_port(std::string_view host) {
  return host.ends_with(":80") ? host.substr(0, host.size() - 3) : host;
}

bool is_host(const http_header& header) {
  constexpr std::string_view name = "host";
  return header.name.size() == name.size() && ::strncasecmp(header.name.data(), name.data(), name.size()) == 0;
}

std::string login_of(std::string_view account) {
  return "the login of \"" + printable(account) + "\"";
}

fault refusal_at_provider(std::string_view account, const form_fields& fields) {
  const provider_failure said{std::string(value_of(fields, "error")),
                              std::string(value_of(fields, "error_description"))};
  if (said.code == "access_denied")
    return {errc::access_denied, login_of(account) + " was refused at the provider", said.shown()};
  return {errc::login_failed, "the provider ended " + login_of(account) + " with an error", said.shown()};
}

/// RFC 9207 §2.4: an answer of another issuer may be a mix-up attack and is not used at all.
std::optional<fault> foreign_issuer(const redirect_judge::expectation& expected, const form_fields& fields) {
  const bool named = count(fields, "iss") > 0;
  const std::string answer = "the answer to " + login_of(expected.account);
  if (!named && expected.iss_required)
    return fault(errc::login_failed, answer + " names no issuer, which this provider promises to do: it was not used");
  const std::string_view issuer = value_of(fields, "iss");
  if (!named || expected.issuer.empty() || issuer == expected.issuer) return std::nullopt;
  return fault(errc::login_failed, answer + " names another issuer than " + printable(expected.issuer) +
                                       " and was not used: " + printable(issuer));
}

result<authorize_response> read_response(const redirect_judge::expectation& expected, const form_fields& fields) {
  if (auto why = foreign_issuer(expected, fields)) return *std::move(why);
  if (!value_of(fields, "error").empty()) return refusal_at_provider(expected.account, fields);
  const std::string_view code = value_of(fields, "code");
  if (code.empty())
    return fault(errc::login_failed,
                 "the answer to " + login_of(expected.account) + " has neither a code nor an error");
  return authorize_response{secret(code)};
}

}  // namespace

redirect_judge::redirect_judge(expectation expected) : expected_(std::move(expected)) {
  if (expected_.path.empty()) expected_.path = "/";
}

redirect_answer redirect_judge::refuse(unsigned status, std::string_view reason) {
  ++refusals_;
  last_refusal_ = reason;
  if (!outcome_ && refusals_ >= limits::redirect_refusals)
    outcome_ =
        fault(errc::login_failed, login_of(expected_.account) + " was stopped after " + std::to_string(refusals_) +
                                      " requests that were not its redirect: something is guessing at its port");
  return {status, "", outcome_ ? over_page(reason) : refused_page(reason), ""};
}

std::optional<redirect_answer> redirect_judge::refuse_foreign(const redirect_request& request) {
  const auto hosts = std::ranges::count_if(request.headers, is_host);
  if (hosts != 1) return refuse(400, hosts == 0 ? "it has no Host header" : "it has more than one Host header");
  const auto host = std::ranges::find_if(request.headers, is_host);
  if (without_default_port(host->value) != without_default_port(expected_.host_header))
    return refuse(403, "it was sent to another host name");
  if (request.method == "GET") return std::nullopt;
  redirect_answer answer = refuse(405, "its method is not GET");
  answer.allow = "GET";
  if (request.method == "HEAD") answer.page.clear();
  return answer;
}

redirect_answer redirect_judge::judge(const redirect_request& request) {
  if (auto refused = refuse_foreign(request)) return *std::move(refused);
  if (request.has_body) return refuse(400, "it has a body");
  const std::string_view target = request.target;
  const std::string_view path = target.substr(0, target.find('?'));
  if (path != expected_.path) return refuse(404, "it asks for another page");
  if (outcome_) return refuse(410, "this login is already over");
  const auto fields = form_decode(target.substr(std::min(path.size() + 1, target.size())));
  if (!fields) return refuse(400, "its query cannot be read");
  if (const auto name = first_double(*fields); !name.empty())
    return refuse(400, "it has the parameter " + std::string(name) + " twice");
  const std::string_view state = value_of(*fields, "state");
  if (state.empty()) return refuse(400, "it has no state");
  if (!constant_time_equal(state, expected_.state.reveal())) return refuse(400, "its state is not that of this login");
  if (count(*fields, "code") > 0 && count(*fields, "error") > 0) return refuse(400, "it has both a code and an error");
  outcome_ = read_response(expected_, *fields);
  return {303, std::string(done_path), "", ""};
}

}  // namespace latchkey
