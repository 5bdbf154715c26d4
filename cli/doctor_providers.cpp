#include "cli/doctor_providers.h"

#include <algorithm>
#include <cstdlib>
#include <set>

#include "cli/account_view.h"
#include "cli/duration_text.h"
#include "cli/spinner.h"
#include "core/error.h"

namespace latchkey::cli {
namespace {

constexpr std::chrono::seconds tolerable{30};  // Tokens live for minutes at least, and certificates for days.
constexpr std::chrono::seconds harmful{300};
constexpr std::chrono::seconds longest_examination{45};

std::string title(const std::string& provider) {
  return "provider " + printable(provider);
}

provider_check ask_provider_of(const account& each) {
  const spinner waiting({"Asking " + printable(each.provider), std::nullopt});
  return client().check_provider(each.name);
}

check not_asked(const std::string& provider, const std::string& why) {
  return {title(provider), verdict::warn, "was not asked: " + why, "Run latchkey doctor again."};
}

}  // namespace

check judge_provider(const std::string& provider, const provider_check& seen) {
  check found{title(provider), verdict::ok, "answers at " + printable(seen.endpoint), ""};
  if (seen.reachable && seen.message.empty()) return found;
  // The daemon's sentences say what is wrong, and after a colon what may help.
  constexpr std::string_view then = ": ";
  const std::string said = printable(seen.message);
  const std::size_t colon = said.find(then);
  found.outcome = seen.reachable ? verdict::warn : verdict::fail;
  found.detail = said.substr(0, colon);
  found.fix = colon == std::string::npos ? std::string() : said.substr(colon + then.size()) + ". ";
  if (!found.fix.empty() && found.fix.front() >= 'a' && found.fix.front() <= 'z') found.fix.front() -= 'a' - 'A';
  found.fix += "To see more, run: curl -v " + printable(shell_word(seen.endpoint));
  return found;
}

check judge_clock(const std::vector<clock_reading>& readings) {
  constexpr std::chrono::seconds most = std::chrono::years(1000);  // What the daemon says may be any number.
  const auto size = [&](const clock_reading& each) { return std::chrono::abs(std::clamp(each.ahead, -most, most)); };
  const clock_reading& nearest = *std::ranges::min_element(readings, {}, size);
  const std::chrono::seconds off = size(nearest);
  const std::string how = duration_text(off.count()) + (nearest.ahead.count() > 0 ? " behind " : " ahead of ");
  if (off > tolerable)
    return {"clock", off > harmful ? verdict::fail : verdict::warn,
            "this computer's clock is " + how + "that of " + printable(nearest.provider),
            "Run: sudo timedatectl set-ntp true"};
  const auto wrong = std::ranges::find_if(readings, [&](const clock_reading& each) { return size(each) > tolerable; });
  if (wrong == readings.end()) return {"clock", verdict::ok, "agrees with the providers'", ""};
  return {"clock", verdict::warn,
          "the clock of " + printable(wrong->provider) + " is off by " + duration_text(wrong->ahead.count()) +
              "; other providers agree with this computer",
          "Only that provider can mend it."};
}

void examine_providers(const std::vector<account>& accounts, const on_check& found) {
  if (accounts.empty()) return;
  const auto until = std::chrono::steady_clock::now() + longest_examination;
  std::set<std::string> asked;
  std::vector<clock_reading> readings;
  for (const account& each : accounts) {
    if (!asked.insert(each.provider).second) continue;
    if (std::chrono::steady_clock::now() > until) {
      found(not_asked(each.provider, "the others took too long"));
      continue;
    }
    try {
      const provider_check seen = ask_provider_of(each);
      found(judge_provider(each.provider, seen));
      if (seen.clock_skew) readings.push_back({each.provider, *seen.clock_skew});
    } catch (const client_error& error) {
      found(not_asked(each.provider, printable(error.what())));
    }
  }
  if (!readings.empty()) found(judge_clock(readings));
}

}  // namespace latchkey::cli
