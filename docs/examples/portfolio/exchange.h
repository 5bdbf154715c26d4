// What the Exchange API answers, as the app shows it. Amounts stay the text that the API wrote: a number would lose
// digits.
#pragma once

#include <string>
#include <vector>

#include "http_client.h"

struct balance {
  std::string asset;
  std::string amount;
};

struct open_order {
  std::string id;
  std::string description;  ///< "buy 1.25000000 XBTUSD @ limit 27500.0"
  std::string volume;
  std::string filled;
};

/// Throw api_error with what the API refused, or why the answer makes no sense.
std::vector<balance> read_balances(const http_answer& answer);
std::vector<open_order> read_open_orders(const http_answer& answer);
