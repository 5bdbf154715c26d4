#include "cli/person_view.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "cli/account_view.h"
#include "cli/app_consent.h"
#include "core/error.h"

namespace latchkey::cli {
namespace {

// The daemon wants a token to live for a minute, and asking takes a while.
constexpr std::int64_t least_life = 90;

struct known_field {
  std::string_view name;
  std::string_view label;
};
// OpenID Connect Core §5.1, and what Kraken tells.
constexpr std::array known{
    known_field{"email", "email"},
    known_field{"preferred_username", "user name"},
    known_field{"name", "name"},
    known_field{"first_name", "first name"},
    known_field{"given_name", "first name"},
    known_field{"iiban", "public account id"},
    known_field{"public_id", "public account id"},
    known_field{"sub", "id at the provider"},
    known_field{"email_verified", "email verified"},
    known_field{"kraken_verified", "Kraken Verified"},
    known_field{"country", "country"},
};
constexpr std::array names_of_people{"email", "preferred_username", "name", "iiban", "public_id"};

std::string words_for(const std::string& value) {
  if (value == "true") return "yes";
  if (value == "false") return "no";
  return word(value);
}

bool can_be_asked(const account& whose) {
  return whose.state == "fresh" && (!whose.expires_at || *whose.expires_at - now_seconds() >= least_life);
}

}  // namespace

std::optional<person> ask_person(client& agent, const account& whose, std::chrono::seconds patience) {
  if (!can_be_asked(whose)) return std::nullopt;
  person found;
  try {
    found.fields = with_consent(whose.name, [&] { return agent.user_info(whose.name, patience); });
  } catch (const client_error& error) {
    if (error.name() == info(errc::bad_request).wire_name) return std::nullopt;
    found.problem = printable(error.what());
  }
  if (found.fields.empty() && found.problem.empty()) return std::nullopt;
  return found;
}

std::string person_name(const std::optional<person>& shown) {
  if (!shown) return {};
  for (const char* each : names_of_people)
    if (const auto found = shown->fields.find(each); found != shown->fields.end() && !found->second.empty())
      return printable(found->second);
  return {};
}

void add_rows(table& details, const std::optional<person>& shown) {
  if (!shown) return;
  const auto add = [&](const std::string& label, std::string value) {
    details.add({{"user " + label, look::faint}, {std::move(value)}});
  };
  if (!shown->problem.empty()) details.add({{"user", look::faint}, {"cannot be asked now: " + shown->problem}});
  for (const known_field& each : known)
    if (const auto found = shown->fields.find(std::string(each.name)); found != shown->fields.end())
      add(std::string(each.label), words_for(found->second));
  for (const auto& [name, value] : shown->fields)
    if (std::ranges::find(known, name, &known_field::name) == known.end()) add(printable(name, 64), word(value));
}

}  // namespace latchkey::cli
