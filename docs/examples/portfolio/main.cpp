// Shows what an account of the exchange holds and its open orders, with an access token from the Latchkey daemon.
#include <latchkey/client.h>

#include <algorithm>
#include <charconv>
#include <iomanip>
#include <iostream>
#include <optional>
#include <string_view>
#include <thread>

#include "exchange.h"

namespace {

constexpr auto usage =
    "usage: portfolio ACCOUNT [API_URL] [--every SECONDS] [--rounds N]\n"
    "Shows balances and open orders once, or every so many seconds: N times, or until Ctrl-C.\n"
    "API_URL is https://api.kraken.com where it is left out.\n";
constexpr std::chrono::seconds longest_lease{30};  // As long as the daemon allows.
constexpr std::chrono::seconds daemon_pause{1};

struct command_line {
  std::string account;
  std::string api_url = "https://api.kraken.com";
  std::optional<unsigned> every;
  std::optional<unsigned> rounds;
};

std::optional<unsigned> number(std::string_view text) {
  unsigned value = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (fault != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// Nothing: the words make no sense.
std::optional<command_line> parse(const std::vector<std::string>& words) {
  command_line line;
  std::vector<std::string> names;
  for (auto word = words.begin(); word != words.end(); ++word) {
    if (!word->starts_with("--")) {
      names.push_back(*word);
      continue;
    }
    if ((*word != "--every" && *word != "--rounds") || std::next(word) == words.end()) return std::nullopt;
    auto& option = *word == "--every" ? line.every : line.rounds;
    option = number(*++word);
    if (!option) return std::nullopt;
  }
  if (names.empty() || names.size() > 2 || line.rounds == 0U) return std::nullopt;
  line.account = names[0];
  if (names.size() == 2) line.api_url = names[1];
  if (!line.every && !line.rounds) line.rounds = 1;
  return line;
}

// An access token that no other app's refresh can end while this lives.
class leased_token {
 public:
  leased_token(latchkey::client& agent, const std::string& account, std::optional<std::int64_t> refused)
      : agent_(agent) {
    latchkey::token_options options;
    options.lease = longest_lease;
    options.stale_generation = refused;
    token_ = agent_.get_token(account, options);
  }
  leased_token(const leased_token&) = delete;
  leased_token& operator=(const leased_token&) = delete;
  ~leased_token() {
    try {
      agent_.release_lease(token_.lease_id);
    } catch (const latchkey::client_error&) {
      // The daemon is gone, and the lease with it.
    }
  }
  [[nodiscard]] const latchkey::token& get() const noexcept { return token_; }

 private:
  latchkey::client& agent_;
  latchkey::token token_;
};

struct portfolio {
  std::int64_t generation = 0;
  std::vector<balance> balances;
  std::vector<open_order> orders;
};

// Both calls under one lease. Nothing: the API answered 401, and `refused` says to which token.
std::optional<portfolio> ask(http_client& api, const leased_token& leased, std::optional<std::int64_t>& refused) {
  refused = leased.get().generation;
  const http_answer balances = api.post("/0/private/Balance", leased.get().access_token);
  if (balances.status == 401) return std::nullopt;
  const http_answer orders = api.post("/0/private/OpenOrders", leased.get().access_token);
  if (orders.status == 401) return std::nullopt;
  return portfolio{leased.get().generation, read_balances(balances), read_open_orders(orders)};
}

// A 401 means that the token is dead, whoever ended it: the daemon is told which, and has a newer one.
portfolio fetch(latchkey::client& agent, const std::string& account, http_client& api) {
  std::optional<std::int64_t> refused;
  for (int tries = 0; tries < 2; ++tries) {
    const leased_token leased(agent, account, refused);
    if (auto shown = ask(api, leased, refused)) return *shown;
  }
  throw api_error(api_error::kind::lasting, api.base_url() + " refused the access token, and a new one, too");
}

void show(const portfolio& shown, const command_line& line) {
  std::size_t widest = 0;
  for (const balance& each : shown.balances) widest = std::max(widest, each.asset.size());
  std::cout << line.account << " at " << line.api_url << ", access token " << shown.generation << '\n';
  if (shown.balances.empty()) std::cout << "  no balance\n";
  for (const auto& [asset, amount] : shown.balances) {
    std::cout << "  " << std::left << std::setw(static_cast<int>(widest)) << asset << "  " << amount << '\n';
  }
  if (shown.orders.empty()) std::cout << "  no open order\n";
  for (const open_order& each : shown.orders) {
    std::cout << "  " << each.id << "  " << each.description << ", filled " << each.filled << " of " << each.volume
              << '\n';
  }
  std::cout << std::endl;
}

bool is_worth_waiting_for(const latchkey::client_error& error) {
  constexpr int try_later = 5;
  constexpr int no_daemon = 6;
  constexpr int store_locked = 7;
  return error.exit_code() == try_later || error.exit_code() == no_daemon || error.exit_code() == store_locked;
}

// Says a problem once, however often it comes in a row.
class complaint {
 public:
  void say(const std::string& name, const std::string& sentence) {
    if (name != last_) std::cerr << "portfolio: waiting: " << sentence << std::endl;
    last_ = name;
  }

 private:
  std::string last_;
};

// Until the daemon has a token again and the API answers. The first round does not wait: what fails then was never
// right.
portfolio fetch_patiently(latchkey::client& agent, const command_line& line, http_client& api) {
  complaint trouble;
  for (;;) {
    std::chrono::seconds pause = daemon_pause;
    try {
      return fetch(agent, line.account, api);
    } catch (const latchkey::client_error& error) {
      if (!is_worth_waiting_for(error)) throw;
      trouble.say(error.name(), error.what());
      pause = std::max(pause, error.retry_after.value_or(pause));
    } catch (const api_error& error) {
      if (!error.is_passing()) throw;
      trouble.say(error.what(), error.what());
      pause = std::max(pause, std::chrono::seconds(line.every.value_or(1)));
    }
    std::this_thread::sleep_for(pause);
  }
}

void run(const command_line& line) {
  http_client api(line.api_url);
  latchkey::client agent;
  show(fetch(agent, line.account, api), line);
  for (unsigned round = 1; !line.rounds || round < *line.rounds; ++round) {
    std::this_thread::sleep_for(std::chrono::seconds(line.every.value_or(1)));
    show(fetch_patiently(agent, line, api), line);
  }
}

}  // namespace

int main(int argc, char** argv) {
  const auto line = parse({argv + 1, argv + argc});
  if (!line) {
    std::cerr << usage;
    return 2;
  }
  try {
    run(*line);
    return 0;
  } catch (const latchkey::client_error& error) {
    std::cerr << "portfolio: " << error.what() << '\n';
    if (!error.advice.empty()) std::cerr << error.advice << '\n';
    return error.exit_code();
  } catch (const std::exception& error) {
    std::cerr << "portfolio: " << error.what() << '\n';
    return 1;
  }
}
