#include "core/scopes.h"

#include <algorithm>

namespace latchkey {
namespace {

bool contains(const scope_list& scopes, std::string_view scope) {
  return std::ranges::find(scopes, scope) != scopes.end();
}

// RFC 6749 §3.3: %x21 / %x23-5B / %x5D-7E
bool is_scope_character(char c) {
  return c > ' ' && c < '\x7F' && c != '"' && c != '\\';
}

}  // namespace

result<scope_list> parse_scopes(std::string_view text) {
  scope_list scopes;
  while (!text.empty()) {
    const std::string_view scope = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(scope.size() + 1, text.size()));
    if (!std::ranges::all_of(scope, is_scope_character))
      return fault(errc::bad_request, "the scope " + printable(scope, 100) +
                                          " holds a character that no scope may have (a quote, a backslash, a control "
                                          "character or one outside ASCII)");
    if (!scope.empty() && !contains(scopes, scope)) scopes.emplace_back(scope);
  }
  return scopes;
}

std::string join_scopes(const scope_list& scopes) {
  std::string text;
  for (const auto& scope : scopes) text.append(text.empty() ? "" : " ").append(scope);
  return text;
}

scope_list missing_scopes(const scope_list& granted, const scope_list& wanted) {
  scope_list missing;
  std::ranges::copy_if(wanted, std::back_inserter(missing),
                       [&](const auto& scope) { return !contains(granted, scope); });
  return missing;
}

scope_list union_scopes(const scope_list& first, const scope_list& second) {
  scope_list all = first;
  for (const auto& scope : second)
    if (!contains(all, scope)) all.push_back(scope);
  return all;
}

}  // namespace latchkey
