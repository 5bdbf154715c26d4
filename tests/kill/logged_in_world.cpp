#include "tests/kill/logged_in_world.h"

#include <filesystem>
#include <fstream>
#include <stdexcept>

namespace latchkey::kill_test {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> with_consent(std::vector<std::string> options) {
  options.emplace_back("--auto-consent");
  return options;
}

// GET `url`, which is http://127.0.0.1:PORT/…, and where the answer leads.
std::string location_of(const std::string& url) {
  const std::string prefix = "http://127.0.0.1:";
  const std::size_t path = url.find('/', prefix.size());
  if (!url.starts_with(prefix) || path == std::string::npos) throw std::runtime_error("not on this host: " + url);
  const std::string port = url.substr(prefix.size(), path - prefix.size());
  sandbox::http_connection connection(static_cast<std::uint16_t>(std::stoul(port)));
  connection.send("GET " + url.substr(path) + " HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\n\r\n");
  const sandbox::reply answer = connection.receive();
  const auto location = answer.headers.find("location");
  if (location == answer.headers.end())
    throw std::runtime_error("the login led nowhere: HTTP " + std::to_string(answer.status));
  return location->second;
}

}  // namespace

logged_in_world::logged_in_world(std::vector<std::string> sandbox_options, std::vector<std::string> variables)
    : variables_(std::move(variables)),
      sandbox_(LATCHKEY_SANDBOX_PROGRAM, with_consent(std::move(sandbox_options))),
      connection_(sandbox_.port()) {
  const fs::path config = folder_.path() / "config" / "latchkey";
  fs::create_directories(config);
  std::ofstream(config / "config.toml") << "[store]\nbackend = \"file\"\n[policy]\nunknown_apps = \"allow\"\n";
  fs::create_directory(folder_.path() / "run");
  fs::permissions(folder_.path() / "run", fs::perms::owner_all);
  start_daemon();
  add_account();
  log_in();
}

std::string logged_in_world::socket_path() const {
  return folder_.path() / "run" / "latchkey" / "latchkey.sock";
}

void logged_in_world::start_daemon() {
  const std::string root = folder_.path();
  std::vector<std::string> environment{"PATH=/usr/bin:/bin", "HOME=" + root, "XDG_RUNTIME_DIR=" + root + "/run",
                                       "XDG_CONFIG_HOME=" + root + "/config", "XDG_STATE_HOME=" + root + "/state"};
  environment.insert(environment.end(), variables_.begin(), variables_.end());
  daemon_ = std::make_unique<daemon_process>(std::move(environment));
}

void logged_in_world::add_account() {
  const auto ready = nlohmann::json::parse(sandbox_.ready_line());
  new_account account;
  account.name = account_name;
  account.provider = "kraken";
  account.authorization_endpoint = ready["authorize_url"];
  account.token_endpoint = ready["token_url"];
  account.revocation_endpoint = ready["revocation_url"];
  account.client_id = "demo-client";
  client(socket_path()).add_account(account);
}

void logged_in_world::log_in() {
  client(socket_path()).login(account_name, login_flow::url, {}, [](const login_step& step) {
    if (step.state == "open_url") location_of(location_of(step.url));
  });
}

int logged_in_world::balance_status(const std::string& access_token) {
  return connection_.ask("GET /0/balance", "Authorization: Bearer " + access_token + "\r\n").status;
}

nlohmann::json logged_in_world::sandbox_report(const std::string& what) {
  return nlohmann::json::parse(connection_.ask("GET /sandbox/" + what).body);
}

}  // namespace latchkey::kill_test
