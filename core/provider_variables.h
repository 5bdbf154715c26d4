// The variables of a preset: the parts of its addresses that differ from one customer of the provider to the next, such
// as {domain}. What a value may be is so narrow that it cannot lead an address elsewhere than the preset says. Pure.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.h"
#include "core/provider.h"

namespace latchkey {

/// 1 to 32 characters of a-z 0-9 _, the first a letter.
[[nodiscard]] bool is_variable_name(std::string_view name) noexcept;

/// Whether `value` is of this kind. Errors: bad_request with the rule and the value, to be read after the name.
[[nodiscard]] result<> check_variable_value(variable_kind kind, std::string_view value);

/// Whether `value` could be of any kind at all: for accounts, whose preset is not at hand.
[[nodiscard]] bool is_variable_value(std::string_view value) noexcept;

/// Whether `value` is the id of a tenant, a GUID in lower case (RFC 9562 §4), and no name that stands for several.
[[nodiscard]] bool is_tenant_id(std::string_view value) noexcept;

/// The names in an address's braces, in order. Each must be one of `variables` and stand where its kind may: a base_url
/// at the beginning, a host behind https:// up to the first slash, a segment between two slashes of the path.
/// Errors: bad_request, to be read after the key.
[[nodiscard]] result<std::vector<std::string>> variables_in(std::string_view address,
                                                            const std::vector<provider_variable>& variables);

/// `address` with {name} replaced; a name without a value stays as it is.
[[nodiscard]] std::string fill_in(std::string_view address, const std::map<std::string, std::string>& values);

/// For each variable a value of its kind, to see that addresses are such once they are filled in.
[[nodiscard]] std::map<std::string, std::string> sample_values(const std::vector<provider_variable>& variables);

/// `preset` with the account's values, or the defaults, in all its addresses; into id_token_issuer only what
/// is_tenant_id(), else {name} stays, for the token to say. A preset without variables as it is.
/// Errors: bad_request: a value that nobody asked for (with the nearest name), one that is missing (with an example),
/// one that is not of its kind.
[[nodiscard]] result<provider> with_variables(provider preset, const std::map<std::string, std::string>& given);

}  // namespace latchkey
