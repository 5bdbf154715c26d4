// Apps, Decide-, ForgetApp and AuditLog as C++ values: see messages.h.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "core/error.h"

namespace latchkey::ipc {

struct app_rule_info {
  std::string app;
  std::string account;   ///< "*": every account.
  std::string decision;  ///< "allow" or "deny"
  std::optional<std::vector<std::string>> scopes;
  std::optional<std::int64_t> until;
};

struct pending_consent_info {
  std::string id;
  std::string app;
  std::int64_t process = 0;
  std::string account;
  std::vector<std::string> scopes;
  std::int64_t since = 0;
  std::int64_t expires_at = 0;
};

struct audit_entry_info {
  std::int64_t time = 0;
  std::string app;
  std::int64_t process = 0;
  std::string account;
  std::string method;
  std::string outcome;  ///< A member of AuditEntry.outcome of the interface.
  std::vector<std::string> scopes;
  std::optional<std::int64_t> generation;
};

struct apps_reply {
  std::vector<app_rule_info> rules;
  std::string unknown_apps;  ///< "ask", "allow" or "deny"
  std::vector<pending_consent_info> pending;
};
struct decide_app_call {
  std::string app;
  std::string account;
  std::string decision;  ///< "allow" or "deny"; checked by the codec.
  std::optional<std::vector<std::string>> scopes;
  std::optional<std::int64_t> valid_for;
};
struct forget_app_call {
  std::string app;
  std::optional<std::string> account;
};
struct audit_log_call {
  std::optional<std::string> account;
  std::optional<std::string> app;
  std::optional<std::int64_t> limit;
};

// Errors: bad_request, "MEMBER: what is wrong with it".
[[nodiscard]] result<decide_app_call> decode_decide_app_call(const nlohmann::json& parameters);
[[nodiscard]] result<forget_app_call> decode_forget_app_call(const nlohmann::json& parameters);
[[nodiscard]] result<audit_log_call> decode_audit_log_call(const nlohmann::json& parameters);
[[nodiscard]] result<apps_reply> decode_apps_reply(const nlohmann::json& parameters);
[[nodiscard]] result<std::int64_t> decode_forgotten(const nlohmann::json& parameters);
[[nodiscard]] result<std::vector<audit_entry_info>> decode_audit_entries(const nlohmann::json& parameters);

[[nodiscard]] nlohmann::json encode(const decide_app_call& value);
[[nodiscard]] nlohmann::json encode(const forget_app_call& value);
[[nodiscard]] nlohmann::json encode(const audit_log_call& value);
[[nodiscard]] nlohmann::json encode(const apps_reply& value);
[[nodiscard]] nlohmann::json encode_forgotten(std::int64_t rules);  ///< {"forgotten": …}
[[nodiscard]] nlohmann::json encode_audit_entries(const std::vector<audit_entry_info>& entries);  ///< {"entries": […]}

/// One AuditEntry, as a line of the audit log holds it, too.
[[nodiscard]] nlohmann::json encode(const audit_entry_info& value);
[[nodiscard]] result<audit_entry_info> decode_audit_entry(const nlohmann::json& object);

}  // namespace latchkey::ipc
