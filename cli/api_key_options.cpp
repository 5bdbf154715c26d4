#include "cli/api_key_options.h"

#include <algorithm>

#include "cli/failure.h"
#include "cli/moment_option.h"
#include "cli/nearest_word.h"
#include "core/fast_api_key.h"

namespace latchkey::cli {
namespace {

std::vector<std::string> split_list(const std::vector<std::string>& given) {
  std::vector<std::string> with_spaces = given;
  for (std::string& each : with_spaces) std::ranges::replace(each, ',', ' ');
  return split_scopes(with_spaces);
}

// "none" alone is an empty list; absent where the option was not given.
std::optional<std::vector<std::string>> list_of(const std::vector<std::string>& given) {
  if (given.empty()) return std::nullopt;
  std::vector<std::string> words = split_list(given);
  if (words == std::vector<std::string>{"none"}) words.clear();
  return words;
}

std::optional<std::vector<std::string>> permissions_of(const std::vector<std::string>& given) {
  auto names = list_of(given);
  if (!names) return names;
  const auto& known = fast_api_key_permissions();
  for (std::string& each : *names) {
    std::ranges::replace(each, '-', '_');
    if (std::ranges::find(known, each) != known.end()) continue;
    const std::string near = suggestion(each, known);
    std::string all;
    for (const std::string& name : known) all += (all.empty() ? "" : " ") + name;
    fail(errc::bad_request,
         "there is no permission " + printable(each) + (near.empty() ? "; there are: " + all : near));
  }
  std::ranges::sort(*names);
  names->erase(std::unique(names->begin(), names->end()), names->end());
  return names;
}

std::optional<std::int64_t> moment_of(const char* option, const std::string& given, std::int64_t now) {
  if (given.empty()) return std::nullopt;
  const auto moment = parse_moment(given, now);
  if (!moment)
    fail(errc::bad_request, std::string(option) + " " + printable(given) +
                                " is no moment: give 2027-01-31, 30d from now, Unix seconds, or none");
  return moment;
}

// As the daemon will, but before a question is asked.
void check(const api_key_wish& wish) {
  fast_api_key_wish same;
  same.name = wish.name;
  same.new_name = wish.new_name;
  same.ip_allowlist = wish.ip_allowlist;
  if (const auto checked = check_fast_api_key(same); !checked) fail(checked.error());
}

}  // namespace

api_key_options::api_key_options(verb_options& options) {
  options
      .repeatable("--permission", permissions_,
                  "What the key may do, as \"funds_query trades_modify\"; may be given again. none: nothing")
      ->type_name("NAMES");
  options
      .repeatable("--ip", networks_, "It works from this address or network alone; may be given again. none: anywhere")
      ->type_name("CIDR");
  options.app()
      .add_option("--nonce-window", nonce_window_, "How far behind the highest one a nonce may come")
      ->check(CLI::NonNegativeNumber.description(""))
      ->type_name("N");
  const auto add_moment = [&](const char* name, std::string& value, const char* what) {
    options.app().add_option(name, value, what)->type_name("WHEN");
  };
  add_moment("--query-from", query_from_, "It sees nothing before: 2026-01-31, Unix seconds, or none");
  add_moment("--query-to", query_to_, "It sees nothing after");
  add_moment("--valid-until", valid_until_, "It ends then: 2027-01-31, 30d from now, or none");
  options.app().add_option("--new-name", new_name_, "With update: what it is called from now on")->type_name("NAME");
}

api_key_wish api_key_options::wish(const std::string& name, std::int64_t now) const {
  api_key_wish wish;
  wish.name = name;
  if (!new_name_.empty()) wish.new_name = new_name_;
  wish.permissions = permissions_of(permissions_);
  wish.ip_allowlist = list_of(networks_);
  wish.nonce_window = nonce_window_;
  wish.query_from = moment_of("--query-from", query_from_, now);
  wish.query_to = moment_of("--query-to", query_to_, now);
  wish.valid_until = moment_of("--valid-until", valid_until_, now);
  check(wish);
  if (wish.valid_until && *wish.valid_until != 0 && *wish.valid_until <= now)
    fail(errc::bad_request, "--valid-until " + printable(valid_until_) + " is over already");
  if (wish.query_from && wish.query_to && *wish.query_to != 0 && *wish.query_to < *wish.query_from)
    fail(errc::bad_request,
         "--query-to " + printable(query_to_) + " comes before --query-from " + printable(query_from_));
  return wish;
}

std::vector<std::string> money_moving(const std::vector<std::string>& permissions) {
  std::vector<std::string> found;
  std::ranges::copy_if(permissions, std::back_inserter(found), [](const std::string& each) {
    return each == "funds_withdraw" || each == "funds_earn" || each.starts_with("withdrawal_address");
  });
  return found;
}

}  // namespace latchkey::cli
