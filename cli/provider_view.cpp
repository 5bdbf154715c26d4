#include "cli/provider_view.h"

#include <algorithm>

#include "cli/failure.h"

namespace latchkey::cli {
namespace {

cell risk_cell(const scope& shown, const terminal& where) {
  std::string text = printable(shown.risk);
  if (where.is_terminal) std::ranges::replace(text, '_', ' ');
  const look how = shown.risk == "moves_money" ? look::bad : shown.risk == "write" ? look::warning : look::plain;
  return {std::move(text), how};
}

// By category, in the order in which the provider's description has them.
table grouped_scopes(const std::vector<scope>& scopes, const terminal& where) {
  table shown({"SCOPE", "RISK", "DESCRIPTION"});
  const bool grouped = std::ranges::any_of(scopes, [](const scope& each) { return !each.category.empty(); });
  std::vector<std::string_view> done;
  for (const scope& first : scopes) {
    if (std::ranges::find(done, first.category) != done.end()) continue;
    done.push_back(first.category);
    if (grouped) shown.add_section(first.category.empty() ? "No category" : printable(first.category));
    for (const scope& each : scopes)
      if (each.category == first.category)
        shown.add({{printable(each.name)}, risk_cell(each, where), {printable(each.description)}});
  }
  return shown;
}

}  // namespace

table provider_table(const std::vector<provider_description>& providers) {
  table shown({"PROVIDER", "NAME", "SCOPES", "SOURCE"});
  for (const provider_description& each : providers)
    shown.add({{printable(each.name), look::strong},
               {printable(each.display_name)},
               {std::to_string(each.scopes.size())},
               {printable(each.source)}});
  return shown;
}

table provider_details(const provider_description& shown) {
  table details({"", ""});
  const auto add = [&](const char* name, const std::string& value) {
    details.add({{name, look::faint}, {value.empty() ? "-" : printable(value)}});
  };
  add("provider", shown.name);
  add("name", shown.display_name);
  add("authorize url", shown.authorization_endpoint);
  add("token url", shown.token_endpoint);
  add("revocation url", shown.revocation_endpoint);
  add("device url", shown.device_authorization_endpoint);
  add("exclusive", shown.exclusive ? "yes: a new token kills the old one" : "no");
  add("account page", shown.account_page);
  for (const variable& each : shown.variables)
    details.add({{"--set " + printable(each.name), look::faint},
                 {printable(each.description) +
                  (each.default_value.empty() ? ", such as " + printable(each.example)
                                              : "; " + printable(each.default_value) + " where it is not given")}});
  add("source", shown.source);
  add("scopes", std::to_string(shown.scopes.size()) + (shown.scopes.empty()    ? ""
                                                       : shown.scopes_complete ? ", all that it documents"
                                                                               : ", a selection"));
  if (shown.empty_scope == "all_registered") add("without scope", "every scope that was registered for the client");
  return details;
}

table scope_table(const std::vector<scope>& scopes, const terminal& where) {
  if (where.is_terminal) return grouped_scopes(scopes, where);
  table shown({"SCOPE", "RISK", "CATEGORY", "DESCRIPTION"});
  for (const scope& each : scopes)
    shown.add(
        {{printable(each.name)}, risk_cell(each, where), {printable(each.category)}, {printable(each.description)}});
  return shown;
}

std::string empty_scope_note(const provider_description& shown) {
  if (shown.empty_scope != "all_registered") return {};
  return "Without --scope, " + printable(shown.display_name) + " grants every scope registered for the client.\n";
}

std::string scope_notes(const provider_description& shown) {
  const std::string name = printable(shown.display_name);
  if (shown.scopes.empty())
    return "Nothing is known about the scopes of " + name + "; its own documentation lists them.\n";
  std::string notes;
  if (!shown.scopes_complete)
    notes += "This is a selection; the documentation of " + name + " tells of other scopes.\n";
  return notes + empty_scope_note(shown);
}

provider_description find_provider(const std::string& name) {
  std::vector<provider_description> found = client().providers(name);
  if (found.empty())
    fail(errc::bad_request, "there is no provider named " + printable(name) + " (latchkey providers lists them)");
  return std::move(found.front());
}

}  // namespace latchkey::cli
