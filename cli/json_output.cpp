#include "cli/json_output.h"

#include <nlohmann/json.hpp>

#include "cli/failure.h"
#include "core/bounded_json.h"
#include "core/secret.h"

namespace latchkey::cli::json {
namespace {

using nlohmann::ordered_json;

template <class Json>
std::string printed(const Json& value, int indent) {
  // ASCII, so that nothing in it can move a terminal's cursor; what is no UTF-8 becomes U+FFFD.
  constexpr bool ascii = true;
  return value.dump(indent, ' ', ascii, Json::error_handler_t::replace) + "\n";
}

std::string line(const ordered_json& value) {
  constexpr int without_line_breaks = -1;
  return printed(value, without_line_breaks);
}

template <class T>
ordered_json optional(const std::optional<T>& value) {
  return value ? ordered_json(*value) : ordered_json(nullptr);
}

ordered_json text_or_null(const std::string& text) {
  return text.empty() ? ordered_json(nullptr) : ordered_json(text);
}

template <class T, class Encode>
ordered_json array(const std::vector<T>& values, Encode encode) {
  ordered_json all = ordered_json::array();
  for (const T& each : values) all.push_back(encode(each));
  return all;
}

ordered_json account_object(const account& value) {
  return {{"name", value.name},
          {"provider", value.provider},
          {"client_id", value.client_id},
          {"confidential", value.confidential},
          {"scopes", value.scopes},
          {"redirect_uri", value.redirect_uri},
          {"exclusive", value.exclusive},
          {"state", value.state},
          {"reason", text_or_null(value.reason)},
          {"generation", value.generation},
          {"granted_scopes", value.granted_scopes},
          {"expires_at", optional(value.expires_at)},
          {"refreshed_at", optional(value.refreshed_at)},
          {"has_refresh_token", value.has_refresh_token},
          {"next_action", text_or_null(value.next_action)},
          {"next_action_at", optional(value.next_action_at)},
          {"last_used_at", optional(value.last_used_at)},
          {"last_used_by", text_or_null(value.last_used_by)}};
}

ordered_json scope_object(const scope& value) {
  return {{"name", value.name}, {"category", value.category}, {"description", value.description}, {"risk", value.risk}};
}

ordered_json variable_object(const variable& value) {
  return {{"name", value.name},
          {"description", value.description},
          {"default", text_or_null(value.default_value)},
          {"example", value.example}};
}

ordered_json provider_object(const provider_description& value) {
  return {{"name", value.name},
          {"display_name", value.display_name},
          {"authorization_endpoint", value.authorization_endpoint},
          {"token_endpoint", value.token_endpoint},
          {"revocation_endpoint", text_or_null(value.revocation_endpoint)},
          {"device_authorization_endpoint", text_or_null(value.device_authorization_endpoint)},
          {"exclusive", value.exclusive},
          {"account_page", text_or_null(value.account_page)},
          {"source", value.source},
          {"scopes", array(value.scopes, scope_object)},
          {"variables", array(value.variables, variable_object)},
          {"scopes_complete", value.scopes_complete},
          {"empty_scope", value.empty_scope}};
}

ordered_json check_object(const check& value) {
  return {{"name", value.name},
          {"verdict", to_string(value.outcome)},
          {"detail", value.detail},
          {"fix", text_or_null(value.fix)}};
}

ordered_json api_key_object(const api_key& value) {
  return {{"name", value.name},
          {"id", text_or_null(value.id)},
          {"api_key", text_or_null(value.api_key)},
          {"permissions", value.permissions},
          {"ip_allowlist", value.ip_allowlist},
          {"valid_until", optional(value.valid_until)},
          {"created_at", optional(value.created_at)},
          {"last_used_at", optional(value.last_used_at)},
          {"stored", value.stored}};
}

std::string word_of(app_answer decision) {
  return decision == app_answer::allow ? "allow" : "deny";
}

ordered_json rule_object(const app_access& value) {
  return {{"app", value.app},
          {"account", value.account},
          {"decision", word_of(value.decision)},
          {"scopes", optional(value.scopes)},
          {"until", optional(value.until)}};
}

ordered_json pending_object(const pending_consent& value) {
  return {{"id", value.id},         {"app", value.app},     {"process", value.process},      {"account", value.account},
          {"scopes", value.scopes}, {"since", value.since}, {"expires_at", value.expires_at}};
}

ordered_json audit_object(const audit_entry& value) {
  return {{"time", value.time},       {"app", value.app},
          {"process", value.process}, {"account", value.account},
          {"method", value.method},   {"outcome", value.outcome},
          {"scopes", value.scopes},   {"generation", optional(value.generation)}};
}

}  // namespace

std::string of(const token& value) {
  return line({{"access_token", value.access_token},
               {"token_type", value.token_type},
               {"expires_at", optional(value.expires_at)},
               {"scopes", value.scopes},
               {"generation", value.generation}});
}

std::string of(const dpop_proof& value) {
  return line({{"proof", value.proof}, {"generation", value.generation}});
}

std::string of(const account& value) {
  return line(account_object(value));
}

std::string of(const account& value, const std::optional<person>& user) {
  ordered_json object = account_object(value);
  object["user"] = user && user->problem.empty() ? ordered_json(user->fields) : ordered_json(nullptr);
  object["user_problem"] = user ? text_or_null(user->problem) : ordered_json(nullptr);
  return line(object);
}

std::string of(const std::vector<account>& values) {
  return line({{"accounts", array(values, account_object)}});
}

std::string of(const login_step& step) {
  return line({{"state", step.state},
               {"url", text_or_null(step.url)},
               {"redirect_uri", text_or_null(step.redirect_uri)},
               {"user_code", text_or_null(step.user_code)},
               {"verification_uri", text_or_null(step.verification_uri)},
               {"verification_uri_complete", text_or_null(step.verification_uri_complete)},
               {"warning", text_or_null(step.warning)},
               {"expires_at", optional(step.expires_at)}});
}

std::string of(const event& value) {
  return line({{"kind", value.kind}, {"account", account_object(value.account)}});
}

std::string of(const logout_result& value) {
  return line({{"revoked", value.revoked}, {"note", text_or_null(value.note)}});
}

std::string of(const provider_description& value) {
  return line(provider_object(value));
}

std::string of(const std::vector<provider_description>& values) {
  return line({{"providers", array(values, provider_object)}});
}

std::string scopes_of(const provider_description& value) {
  return line({{"scopes", array(value.scopes, scope_object)},
               {"scopes_complete", value.scopes_complete},
               {"empty_scope", value.empty_scope}});
}

std::string of(const daemon_status& value, const std::vector<pending_consent>& pending) {
  return line({{"version", value.version},
               {"pid", value.pid},
               {"started_at", value.started_at},
               {"store", value.store},
               {"store_description", value.store_description},
               {"can_open_browser", value.can_open_browser},
               {"warnings", value.warnings},
               {"accounts", array(value.accounts, account_object)},
               {"pending", array(pending, pending_object)},
               {"locked", value.locked},
               {"locked_since", optional(value.locked_since)}});
}

std::string of(const std::vector<check>& checks) {
  return line({{"checks", array(checks, check_object)}});
}

std::string of(const std::vector<api_key>& keys) {
  return line({{"keys", array(keys, api_key_object)}});
}

std::string of(const created_api_key& value) {
  ordered_json object = api_key_object(value.key);
  if (!value.key_secret.empty()) object["secret"] = value.key_secret;
  std::string text = line(object);
  if (!value.key_secret.empty()) wipe(object["secret"].get_ref<std::string&>());
  return text;
}

std::string of(const app_overview& value) {
  return line({{"rules", array(value.rules, rule_object)},
               {"unknown_apps", value.unknown_apps},
               {"pending", array(value.pending, pending_object)}});
}

std::string of(const std::vector<pending_consent>& pending) {
  return line({{"pending", array(pending, pending_object)}});
}

std::string of(const app_choice& value) {
  return line({{"app", value.app},
               {"account", value.account},
               {"decision", word_of(value.decision)},
               {"scopes", optional(value.scopes)},
               {"valid_for", value.valid_for ? ordered_json(value.valid_for->count()) : ordered_json(nullptr)}});
}

std::string of(const std::vector<audit_entry>& entries) {
  return line({{"entries", array(entries, audit_object)}});
}

std::string forgotten(std::int64_t count) {
  return line({{"forgotten", count}});
}

std::string key_pair(const std::string& private_file, const std::string& public_file, const std::string& public_pem) {
  return line({{"private_key_file", private_file}, {"public_key_file", public_file}, {"public_key", public_pem}});
}

std::string text(const std::string& any, layout how) {
  constexpr int deepest = 64;  // As the daemon reads it; printing goes down with it.
  const auto value = parse_bounded_json("the answer", any, deepest);
  if (!value) fail(errc::provider_error, value.error().message);
  return printed(*value, how == layout::indented ? 2 : -1);
}

std::string flag(const std::string& key, bool value) {
  return line({{key, value}});
}

std::string member(const std::string& key, const std::string& value) {
  return line({{key, value}});
}

std::string failure(const client_error& error, const std::string& account_name) {
  ordered_json object{{"error", error.name()}, {"message", error.what()}};
  if (!error.provider_text.empty()) object["provider_text"] = error.provider_text;
  if (!error.missing_scopes.empty()) object["missing_scopes"] = error.missing_scopes;
  if (!error.app.empty()) object["app"] = error.app;
  if (error.retry_after) object["retry_after"] = error.retry_after->count();
  if (const std::string advice = advice_of(error, account_name); !advice.empty()) object["advice"] = advice;
  return line(object);
}

}  // namespace latchkey::cli::json
