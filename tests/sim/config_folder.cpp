#include "tests/sim/config_folder.h"

#include <fstream>

#include "core/policy.h"

namespace latchkey::sim {
namespace {

constexpr const char* exclusive_provider = "rotating";

std::string address(const std::string& host_label, const char* path) {
  return "https://" + host_label + ".example" + path;
}

}  // namespace

account_config config_of(const account_plan& account) {
  account_config config;
  config.name = account.name;
  config.client_id = "simulated";
  config.confidential = account.confidential;
  config.scopes = {"read"};
  if (account.exclusive) {
    config.provider = exclusive_provider;
    return config;
  }
  config.authorization_endpoint = address(account.name, "/authorize");
  config.token_endpoint = address(account.name, "/token");
  config.revocation_endpoint = address(account.name, "/revoke");
  return config;
}

config_folder::config_folder() {
  std::filesystem::create_directories(path() / "accounts");
  std::filesystem::create_directories(path() / "providers");
  const app_rule everything{simulated_app, std::string(every_account), app_decision::allow, std::nullopt, std::nullopt};
  std::ofstream(path() / "policy.toml") << format_policy({&everything, 1});
  for (const account_plan& each : all_accounts()) {
    std::ofstream(path() / "accounts" / (each.name + ".toml")) << format_account(config_of(each));
    if (!each.exclusive) continue;
    std::ofstream(path() / "providers" / (std::string(exclusive_provider) + ".toml"))
        << "authorization_endpoint = \"" << address(each.name, "/authorize") << "\"\n"
        << "token_endpoint = \"" << address(each.name, "/token") << "\"\n"
        << "revocation_endpoint = \"" << address(each.name, "/revoke") << "\"\n"
        << "rotation = \"exclusive\"\n";
  }
}

}  // namespace latchkey::sim
