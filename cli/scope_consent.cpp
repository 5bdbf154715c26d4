#include "cli/scope_consent.h"

#include <algorithm>
#include <optional>
#include <string_view>

#include "cli/confirm.h"
#include "cli/failure.h"
#include "cli/nearest_word.h"
#include "cli/provider_view.h"
#include "cli/standard_input.h"

namespace latchkey::cli {
namespace {

// None where no preset has this name: an account may also have an issuer or addresses, and then nothing is known of its
// scopes. A preset that cannot be read stops the daemon, too.
std::optional<provider_description> find_preset(client& agent, const std::string& name) {
  if (name.empty()) return std::nullopt;
  try {
    std::vector<provider_description> found = agent.providers(name);
    if (found.empty()) return std::nullopt;
    return std::move(found.front());
  } catch (const client_error& error) {
    if (error.name() != info(errc::bad_request).wire_name) throw;
    return std::nullopt;
  }
}

// Of "account.info:basic": "account.info:" and "basic". Names of one provider share long heads, so that any two of them
// look near; what counts is the tail.
std::string_view head_of(std::string_view name) {
  return name.substr(0, name.rfind(':') + 1);
}
std::string_view tail_of(std::string_view name) {
  return name.substr(head_of(name).size());
}

// The nearest by tail of the scopes that begin with `head`; empty: of all.
std::optional<std::string> nearest_tail(const std::string& unknown, std::string_view head,
                                        const std::vector<scope>& scopes) {
  std::vector<std::string> tails;
  for (const scope& each : scopes)
    if (each.name.starts_with(head)) tails.emplace_back(tail_of(each.name));
  const auto nearest = nearest_word(tail_of(unknown), tails);
  if (!nearest) return std::nullopt;
  const auto found = std::ranges::find_if(
      scopes, [&](const scope& each) { return each.name.starts_with(head) && tail_of(each.name) == *nearest; });
  return found->name;
}

std::optional<std::string> nearest_scope(const std::string& unknown, const std::vector<scope>& scopes) {
  const std::string_view head = head_of(unknown);
  const bool known_head = std::ranges::any_of(scopes, [&](const scope& each) { return head_of(each.name) == head; });
  if (known_head)
    if (auto nearest = nearest_tail(unknown, head, scopes)) return nearest;
  if (known_head || head.empty()) return nearest_tail(unknown, {}, scopes);
  std::vector<std::string> names;
  names.reserve(scopes.size());
  for (const scope& each : scopes) names.push_back(each.name);
  return nearest_word(unknown, names);
}

// "Kraken documents no scope account.info:bsic; did you mean account.info:basic?"
std::string unknown_sentence(const std::string& unknown, const provider_description& server) {
  const auto nearest = nearest_scope(unknown, server.scopes);
  return printable(server.display_name) + " documents no scope " + printable(unknown) +
         (nearest ? "; did you mean " + printable(*nearest) + "?" : ".");
}

}  // namespace

scope_findings judge_scopes(const provider_description& server, const std::vector<std::string>& asked) {
  scope_findings found;
  std::vector<std::string_view> seen;
  for (const std::string& each : asked) {
    if (std::ranges::find(seen, each) != seen.end()) continue;
    seen.push_back(each);
    const auto known = std::ranges::find(server.scopes, each, &scope::name);
    if (known == server.scopes.end()) {
      if (server.scopes_complete) found.unknown.push_back(each);
    } else if (known->risk == "moves_money") {
      found.moving_money.push_back(*known);
    }
  }
  return found;
}

std::string scope_refusal(const scope_findings& found, const provider_description& server) {
  std::string text;
  for (const std::string& each : found.unknown) text += unknown_sentence(each, server) + " ";
  std::string moving;
  for (const scope& each : found.moving_money)
    moving += (moving.empty() ? "" : ", ") + printable(each.name) + " (" + printable(each.description) + ")";
  if (!moving.empty()) text += moving + (found.moving_money.size() == 1 ? " moves money. " : " move money. ");
  return text + "There is no terminal to ask on: add --yes if you mean it";
}

std::string scope_concerns(const scope_findings& found, const provider_description& server) {
  std::string text;
  for (const std::string& each : found.unknown) text += unknown_sentence(each, server) + "\n";
  if (!found.moving_money.empty()) text += "With these scopes an app can move money:\n";
  for (const scope& each : found.moving_money)
    text += "  " + printable(each.name) + "\n    " + printable(each.description) + "\n";
  return text;
}

scope_consent::scope_consent(verb_options& options) {
  options.app().add_flag("-y,--yes", yes_, "Do not ask about scopes that move money or are not documented");
}

bool scope_consent::given(client& agent, const std::string& provider, const std::vector<std::string>& asked) const {
  if (yes_ || asked.empty()) return true;
  const std::optional<provider_description> server = find_preset(agent, provider);
  if (!server) return true;
  const scope_findings found = judge_scopes(*server, asked);
  if (found.none()) return true;
  if (!can_ask()) fail(errc::bad_request, scope_refusal(found, *server));
  say(scope_concerns(found, *server));
  const bool one = found.unknown.size() + found.moving_money.size() == 1;
  if (agrees(one ? "Ask for it?" : "Ask for them?")) return true;
  say("Nothing was done.\n");
  return false;
}

void note_empty_scope(client& agent, const std::string& provider) {
  if (const std::optional<provider_description> server = find_preset(agent, provider)) say(empty_scope_note(*server));
}

}  // namespace latchkey::cli
