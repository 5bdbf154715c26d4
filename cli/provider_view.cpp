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
  add("scopes", std::to_string(shown.scopes.size()));
  return details;
}

table scope_table(const std::vector<scope>& scopes, const terminal& where) {
  table shown({"SCOPE", "RISK", "CATEGORY", "DESCRIPTION"});
  for (const scope& each : scopes)
    shown.add({{printable(each.name), look::strong},
               risk_cell(each, where),
               {printable(each.category)},
               {printable(each.description)}});
  return shown;
}

provider_description find_provider(const std::string& name) {
  std::vector<provider_description> found = client().providers(name);
  if (found.empty())
    fail(errc::bad_request, "there is no provider named " + printable(name) + " (latchkey providers lists them)");
  return std::move(found.front());
}

}  // namespace latchkey::cli
