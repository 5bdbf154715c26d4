// The scopes that the sandbox knows, as Kraken Connect publishes them. Used by the consent page and the checks.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace latchkey::sandbox {

enum class risk {
  reads,        ///< Shows data.
  writes,       ///< Changes orders, keys or deposits.
  moves_money,  ///< Can take funds off the account, or opens a way to.
};

struct scope_row {
  std::string_view name;
  std::string_view category;
  std::string_view description;
  risk level;
};

using scope_list = std::vector<std::string>;

/// Every scope; rows of one category stand together.
[[nodiscard]] std::span<const scope_row> scope_table() noexcept;
[[nodiscard]] bool is_known_scope(std::string_view name) noexcept;
[[nodiscard]] scope_list all_scopes();
[[nodiscard]] bool holds(const scope_list& scopes, std::string_view name) noexcept;
/// What a Fast API key may be allowed to do, as the API writes it: funds_query of account.fast-api-key:funds-query.
[[nodiscard]] std::vector<std::string> key_permissions();
[[nodiscard]] bool is_known_permission(std::string_view permission);
/// The scope that an app needs to give a key this permission.
[[nodiscard]] std::string scope_of_permission(std::string_view permission);
[[nodiscard]] std::string joined(const scope_list& scopes);

}  // namespace latchkey::sandbox
