#include "tests/sandbox/scope_table.h"

#include <algorithm>
#include <array>

namespace latchkey::sandbox {
namespace {

constexpr std::string_view key_prefix = "account.fast-api-key:";

constexpr std::array<scope_row, 18> rows{{
    {"account.info:basic", "Account Details", "Email and public account identifier", risk::reads},
    {"account.info:name", "Account Details", "First name", risk::reads},
    {"account.info:location", "Account Details", "Country and sub division (e.g. state or province)", risk::reads},
    {"account.info:kraken-verified", "Account Details", "Kraken Verified status", risk::reads},
    {"account.fast-api-key:funds-query", "Account Details", "Account Balance", risk::reads},
    {"account.fast-api-key:funds-add", "Funding", "Deposit funds", risk::writes},
    {"account.fast-api-key:funds-withdraw", "Funding", "Withdraw funds", risk::moves_money},
    {"account.fast-api-key:funds-earn", "Funding", "Transfer funds to earn", risk::moves_money},
    {"account.fast-api-key:withdrawal-address-add", "Funding", "Add withdrawal address without email confirmation",
     risk::moves_money},
    {"account.fast-api-key:withdrawal-address-update", "Funding",
     "Update and remove withdrawal address without email confirmation", risk::moves_money},
    {"account.fast-api-key:trades-query-open", "Trading", "View open orders and trades", risk::reads},
    {"account.fast-api-key:trades-query-closed", "Trading", "View closed orders and trades", risk::reads},
    {"account.fast-api-key:trades-modify", "Trading", "Create and modify orders", risk::writes},
    {"account.fast-api-key:trades-close", "Trading", "Cancel and modify orders", risk::writes},
    {"account.fast-api-key:ledger-query", "Ledger", "View ledger history", risk::reads},
    {"account.fast-api-key:export-data", "Ledger", "Export data", risk::reads},
    {"account.fast-api-key:write", "Other", "Create, update, and delete Fast API keys of the connecting user",
     risk::writes},
    {"account.fast-api-key:read", "Other", "List Fast API keys of connecting users", risk::reads},
}};

}  // namespace

std::span<const scope_row> scope_table() noexcept {
  return rows;
}

bool is_known_scope(std::string_view name) noexcept {
  return std::ranges::find(rows, name, &scope_row::name) != rows.end();
}

scope_list all_scopes() {
  scope_list names;
  for (const scope_row& row : rows) names.emplace_back(row.name);
  return names;
}

bool holds(const scope_list& scopes, std::string_view name) noexcept {
  return std::ranges::find(scopes, name) != scopes.end();
}

std::vector<std::string> key_permissions() {
  std::vector<std::string> names;
  for (const scope_row& row : rows) {
    // These two are about keys, not given to any.
    if (!row.name.starts_with(key_prefix) || row.name.ends_with(":read") || row.name.ends_with(":write")) continue;
    std::string name(row.name.substr(key_prefix.size()));
    std::ranges::replace(name, '-', '_');
    names.push_back(std::move(name));
  }
  return names;
}

bool is_known_permission(std::string_view permission) {
  return std::ranges::count(key_permissions(), permission) > 0;
}

std::string scope_of_permission(std::string_view permission) {
  std::string name(permission);
  std::ranges::replace(name, '_', '-');
  return std::string(key_prefix) + name;
}

std::string joined(const scope_list& scopes) {
  std::string text;
  for (const std::string& scope : scopes) {
    if (!text.empty()) text += ' ';
    text += scope;
  }
  return text;
}

}  // namespace latchkey::sandbox
