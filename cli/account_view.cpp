#include "cli/account_view.h"

#include <algorithm>
#include <ctime>

#include "cli/duration_text.h"
#include "cli/failure.h"
#include "core/error.h"

namespace latchkey::cli {
namespace {

look look_of(const std::string& state) {
  if (state == "fresh" || state == "refreshing" || state == "draining" || state == "saving") return look::good;
  if (state == "login_required") return look::bad;
  if (state == "backing_off" || state == "unsaved") return look::warning;
  return look::faint;
}

std::string yes_or_no(bool value) {
  return value ? "yes" : "no";
}

}  // namespace

cell state_cell(const account& shown, const terminal& where) {
  std::string text = printable(shown.state);
  if (where.is_terminal) std::ranges::replace(text, '_', ' ');
  return {std::move(text), look_of(shown.state)};
}

std::string moment(const std::optional<std::int64_t>& when, std::int64_t now, const terminal& where) {
  if (!when) return "-";
  return where.is_terminal ? relative_time(*when, now) : absolute_time(*when);
}

std::string word(const std::string& text) {
  return text.empty() ? "-" : printable(text);
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& each : words) text += (text.empty() ? "" : " ") + printable(each);
  return text.empty() ? "-" : text;
}

table account_table(const std::vector<account>& accounts, std::int64_t now, const terminal& where) {
  table shown({"ACCOUNT", "PROVIDER", "STATE", "TOKEN ENDS", "SCOPES"});
  for (const account& each : accounts)
    shown.add({{printable(each.name), look::strong},
               {printable(each.provider)},
               state_cell(each, where),
               {moment(each.expires_at, now, where)},
               {joined(each.granted_scopes.empty() ? each.scopes : each.granted_scopes)}});
  return shown;
}

table account_details(const account& shown, std::int64_t now, const terminal& where) {
  table details({"", ""});
  const auto add = [&](const char* name, cell value) { details.add({{name, look::faint}, std::move(value)}); };
  add("account", {printable(shown.name), look::strong});
  add("provider", {printable(shown.provider)});
  add("state", state_cell(shown, where));
  if (!shown.reason.empty()) add("reason", {printable(shown.reason)});
  add("token ends", {moment(shown.expires_at, now, where)});
  add("refreshed", {moment(shown.refreshed_at, now, where)});
  if (where.is_terminal) {
    add("next", next_cell(shown, now));
    add("last used", {last_use(shown, now)});
  } else {
    add("next", {word(shown.next_action)});
    add("next at", {moment(shown.next_action_at, now, where)});
    add("last used", {moment(shown.last_used_at, now, where)});
    add("last used by", {word(shown.last_used_by)});
  }
  add("generation", {std::to_string(shown.generation)});
  add("refresh token", {yes_or_no(shown.has_refresh_token)});
  add("granted scopes", {joined(shown.granted_scopes)});
  add("scopes to ask for", {joined(shown.scopes)});
  add("client id", {printable(shown.client_id)});
  add("client secret", {yes_or_no(shown.confidential)});
  add("redirect uri", {printable(shown.redirect_uri)});
  add("exclusive", {shown.exclusive ? "yes: a new token kills the old one" : "no"});
  return details;
}

std::string login_sentence(const account& shown, const std::string& who, std::int64_t now) {
  std::string text = printable(shown.name) + " is logged in";
  if (!who.empty()) text += " as " + printable(who);
  if (shown.expires_at) text += "; its token ends " + relative_time(*shown.expires_at, now);
  if (!shown.has_refresh_token) text += "; the provider gave no refresh token, so a login is needed after that";
  return text;
}

account find_account(client& agent, const std::string& name) {
  std::vector<account> all = agent.accounts();
  const auto found = std::ranges::find(all, name, &account::name);
  if (found == all.end()) fail_unknown_account(name, all);
  return std::move(*found);
}

std::int64_t now_seconds() {
  return std::time(nullptr);
}

}  // namespace latchkey::cli
