#include "ipc/app_messages.h"

#include <array>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

#include "core/limits.h"
#include "ipc/message_reader.h"

namespace latchkey::ipc {
namespace {

using nlohmann::json;

constexpr std::array<std::string_view, 2> decisions{"allow", "deny"};
constexpr std::array<std::string_view, 3> answers_to_unknown{"ask", "allow", "deny"};
constexpr std::array<std::string_view, 7> outcomes{
    "given", "denied", "asked", "unanswered", "allowed", "refused_by_person", "forgotten"};

template <class T>
void put(json& object, const char* name, const std::optional<T>& value) {
  if (value) object[name] = *value;
}

void check_length(object_reader& reader, std::string_view member, const std::string& text, std::size_t longest) {
  if (text.empty() || text.size() > longest)
    reader.fail(member, "must have 1 to " + std::to_string(longest) + " bytes");
}

void read_app(object_reader& reader, std::string& app) {
  reader.required("app", app);
  check_length(reader, "app", app, limits::app_name);
}

void read_account(object_reader& reader, std::optional<std::string>& account) {
  reader.optional("account", account);
  if (account) check_length(reader, "account", *account, limits::account_name);
}

void read_rule(object_reader& reader, app_rule_info& rule) {
  reader.required("app", rule.app);
  reader.required("account", rule.account);
  reader.required("decision", rule.decision, decisions);
  reader.optional("scopes", rule.scopes);
  reader.optional("until", rule.until);
}

void read_pending(object_reader& reader, pending_consent_info& pending) {
  reader.required("id", pending.id);
  reader.required("app", pending.app);
  reader.required("process", pending.process);
  reader.required("account", pending.account);
  reader.required("scopes", pending.scopes);
  reader.required("since", pending.since);
  reader.required("expires_at", pending.expires_at);
}

void read_entry(object_reader& reader, audit_entry_info& entry) {
  reader.required("time", entry.time);
  reader.required("app", entry.app);
  reader.required("process", entry.process);
  reader.required("account", entry.account);
  reader.required("method", entry.method);
  reader.required("outcome", entry.outcome, outcomes);
  reader.required("scopes", entry.scopes);
  reader.optional("generation", entry.generation);
}

json encode_rule(const app_rule_info& rule) {
  json object = {{"app", rule.app}, {"account", rule.account}, {"decision", rule.decision}};
  put(object, "scopes", rule.scopes);
  put(object, "until", rule.until);
  return object;
}

json encode_pending(const pending_consent_info& pending) {
  return {{"id", pending.id},
          {"app", pending.app},
          {"process", pending.process},
          {"account", pending.account},
          {"scopes", pending.scopes},
          {"since", pending.since},
          {"expires_at", pending.expires_at}};
}

}  // namespace

result<decide_app_call> decode_decide_app_call(const json& parameters) {
  return decode<decide_app_call>(parameters, strictness::call, [](object_reader& reader, decide_app_call& call) {
    read_app(reader, call.app);
    reader.required("account", call.account);
    check_length(reader, "account", call.account, limits::account_name);
    reader.required("decision", call.decision, decisions);
    reader.optional("scopes", call.scopes);
    reader.optional("valid_for", call.valid_for, range{1, limits::longest_lifetime.count()});
  });
}

result<forget_app_call> decode_forget_app_call(const json& parameters) {
  return decode<forget_app_call>(parameters, strictness::call, [](object_reader& reader, forget_app_call& call) {
    read_app(reader, call.app);
    read_account(reader, call.account);
  });
}

result<audit_log_call> decode_audit_log_call(const json& parameters) {
  return decode<audit_log_call>(parameters, strictness::call, [](object_reader& reader, audit_log_call& call) {
    read_account(reader, call.account);
    reader.optional("app", call.app);
    if (call.app) check_length(reader, "app", *call.app, limits::app_name);
    reader.optional("limit", call.limit, range{1, limits::audit_entries});
  });
}

result<apps_reply> decode_apps_reply(const json& parameters) {
  return decode<apps_reply>(parameters, strictness::reply, [](object_reader& reader, apps_reply& reply) {
    reader.required_objects("rules", [&](object_reader& inner) { read_rule(inner, reply.rules.emplace_back()); });
    reader.required("unknown_apps", reply.unknown_apps, answers_to_unknown);
    reader.required_objects("pending",
                            [&](object_reader& inner) { read_pending(inner, reply.pending.emplace_back()); });
  });
}

result<std::int64_t> decode_forgotten(const json& parameters) {
  return decode<std::int64_t>(parameters, strictness::reply, [](object_reader& reader, std::int64_t& forgotten) {
    reader.required("forgotten", forgotten);
  });
}

result<std::vector<audit_entry_info>> decode_audit_entries(const json& parameters) {
  return decode<std::vector<audit_entry_info>>(
      parameters, strictness::reply, [](object_reader& reader, std::vector<audit_entry_info>& entries) {
        reader.required_objects("entries", [&](object_reader& inner) { read_entry(inner, entries.emplace_back()); });
      });
}

result<audit_entry_info> decode_audit_entry(const json& object) {
  return decode<audit_entry_info>(object, strictness::reply, read_entry);
}

json encode(const decide_app_call& value) {
  json parameters = {{"app", value.app}, {"account", value.account}, {"decision", value.decision}};
  put(parameters, "scopes", value.scopes);
  put(parameters, "valid_for", value.valid_for);
  return parameters;
}

json encode(const forget_app_call& value) {
  json parameters = json::object();
  parameters["app"] = value.app;
  put(parameters, "account", value.account);
  return parameters;
}

json encode(const audit_log_call& value) {
  json parameters = json::object();
  put(parameters, "account", value.account);
  put(parameters, "app", value.app);
  put(parameters, "limit", value.limit);
  return parameters;
}

json encode(const apps_reply& value) {
  json rules = json::array();
  for (const app_rule_info& rule : value.rules) rules.push_back(encode_rule(rule));
  json pending = json::array();
  for (const pending_consent_info& each : value.pending) pending.push_back(encode_pending(each));
  json parameters = json::object();
  parameters["rules"] = std::move(rules);
  parameters["unknown_apps"] = value.unknown_apps;
  parameters["pending"] = std::move(pending);
  return parameters;
}

json encode_forgotten(std::int64_t rules) {
  json parameters = json::object();
  parameters["forgotten"] = rules;
  return parameters;
}

json encode(const audit_entry_info& value) {
  json object = {{"time", value.time},       {"app", value.app},       {"process", value.process},
                 {"account", value.account}, {"method", value.method}, {"outcome", value.outcome},
                 {"scopes", value.scopes}};
  put(object, "generation", value.generation);
  return object;
}

json encode_audit_entries(const std::vector<audit_entry_info>& entries) {
  json array = json::array();
  for (const audit_entry_info& entry : entries) array.push_back(encode(entry));
  json parameters = json::object();
  parameters["entries"] = std::move(array);
  return parameters;
}

}  // namespace latchkey::ipc
