#include "tests/cli/fake_daemon.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <ctime>
#include <filesystem>
#include <stdexcept>

namespace latchkey::cli {

namespace asio = boost::asio;
using nlohmann::json;

namespace {

constexpr std::string_view interface_name = "io.latchkey.Broker";

script answers(json parameters) {
  script told;
  told.last.parameters = std::move(parameters);
  return told;
}

}  // namespace

json account_json() {
  const std::int64_t now = std::time(nullptr);
  return {{"name", "work"},
          {"provider", "kraken"},
          {"client_id", "my-client"},
          {"confidential", false},
          {"scopes", {"account.info:basic", "account.info:name"}},
          {"redirect_uri", "http://127.0.0.1/callback"},
          {"exclusive", true},
          {"state", "fresh"},
          {"generation", 3},
          {"granted_scopes", {"account.info:basic"}},
          {"expires_at", now + 14370},
          {"refreshed_at", now - 30},
          {"has_refresh_token", true},
          {"next_action", "refresh"},
          {"next_action_at", now + 2430},
          {"last_used_at", now - 125},
          {"last_used_by", "/usr/bin/git (process 42) through latchkey"}};
}

json provider_json() {
  return {{"name", "kraken"},
          {"display_name", "Kraken"},
          {"authorization_endpoint", "https://id.example.com/oauth/authorize"},
          {"token_endpoint", "https://api.example.com/oauth/token"},
          {"exclusive", true},
          {"account_page", "https://example.com/apps"},
          {"source", "built-in"},
          {"scopes",
           {{{"name", "account.info:basic"},
             {"category", "Account Details"},
             {"description", "Email and public account identifier"},
             {"risk", "read"}},
            {{"name", "account.fast-api-key:funds-withdraw"},
             {"category", "Funding"},
             {"description", "Withdraw funds"},
             {"risk", "moves_money"}}}}};
}

json status_json() {
  return {{"version", LATCHKEY_VERSION},
          {"pid", 4242},
          {"started_at", std::time(nullptr) - 3700},
          {"store", "file"},
          {"store_description", "encrypted files in /home/ann/.local/state/latchkey"},
          {"can_open_browser", true},
          {"warnings", json::array()},
          {"accounts", {account_json()}},
          {"locked", false}};
}

json step_json(const std::string& state, const std::string& url) {
  json step{{"state", state}};
  if (!url.empty()) {
    step["url"] = url;
    step["redirect_uri"] = "http://127.0.0.1:45678/callback";
    step["expires_at"] = std::time(nullptr) + 298;
  }
  if (state == "done") step["account"] = account_json();
  return {{"step", step}};
}

json api_key_json(const std::string& name) {
  return {{"name", name},
          {"id", "AAAAA-" + name},
          {"api_key", "public-half-of-" + name},
          {"permissions", {"funds_query", "trades_query_open"}},
          {"ip_allowlist", json::array()},
          {"valid_until", 2000000000},
          {"created_at", 1700000000},
          {"stored", true}};
}

json code_step_json() {
  return {{"step",
           {{"state", "user_code"},
            {"user_code", "WDJB-MJHT"},
            {"verification_uri", "https://id.example.com/device"},
            {"verification_uri_complete", "https://id.example.com/device?user_code=WDJB-MJHT"},
            {"expires_at", std::time(nullptr) + 598}}}};
}

fake_daemon::fake_daemon() {
  answer("Accounts", {{"accounts", {account_json()}}});
  answer("Providers", {{"providers", {provider_json()}}});
  answer("Status", status_json());
  answer("CheckProvider",
         {{"endpoint", "https://api.example.com/oauth/token"}, {"reachable", true}, {"clock_skew", 0}});
  auto listening = varlink::listen_on(socket());
  if (!listening) throw std::runtime_error(listening.error().message);
  server_ = std::make_unique<varlink::server>(context_, std::move(*listening),
                                              varlink::service_info{"Latchkey", "fake", LATCHKEY_VERSION, ""},
                                              std::vector<varlink::interface>{broker()});
  server_->start();
  thread_ = std::thread([this] { context_.run(); });
}

fake_daemon::~fake_daemon() {
  asio::post(context_, [this] {
    server_.reset();
    work_.reset();
  });
  thread_.join();
}

varlink::interface fake_daemon::broker() {
  varlink::interface described {
    std::string(interface_name), "interface io.latchkey.Broker", {}
  };
  for (const char* method : {"GetToken",
                             "SignDpop",
                             "Login",
                             "FinishLogin",
                             "Watch",
                             "Accounts",
                             "AddAccount",
                             "RemoveAccount",
                             "Logout",
                             "Providers",
                             "Status",
                             "CheckProvider",
                             "UserInfo",
                             "ListFastApiKeys",
                             "CreateFastApiKey",
                             "UpdateFastApiKey",
                             "DeleteFastApiKey",
                             "CallExchange",
                             "Lock",
                             "Unlock",
                             "Apps",
                             "DecideApp",
                             "ForgetApp",
                             "AuditLog"}) {
    varlink::method served;
    served.handle = [this](varlink::call& call) { return serve(call); };
    served.streams = std::string_view(method) == "Login" || std::string_view(method) == "Watch";
    described.methods.emplace(method, std::move(served));
  }
  return described;
}

script fake_daemon::take(const varlink::call& call) {
  const std::lock_guard lock(mutex_);
  calls_[call.method].push_back(call.parameters);
  changed_.notify_all();
  const auto told = scripts_.find(call.method);
  if (told == scripts_.end()) {
    script refusal;
    refusal.last = {std::string(interface_name) + ".BadRequest", {{"message", "the test did not expect this call"}}};
    return refusal;
  }
  script next = told->second.front();
  if (told->second.size() > 1) told->second.pop_front();
  return next;
}

asio::awaitable<varlink::answer> fake_daemon::serve(varlink::call& call) {
  script told = take(call);
  for (json& reply : told.before) co_await call.continue_with(std::move(reply));
  if (told.end == script::ending::hangs) co_await hang_on();
  if (told.end == script::ending::answers_after_finish_login)
    co_await finished_.async_wait(asio::as_tuple(asio::use_awaitable));
  if (call.method == "FinishLogin" && told.last.error.empty())
    finished_.expires_at(asio::steady_timer::time_point::min());
  co_return std::move(told.last);
}

asio::awaitable<void> fake_daemon::hang_on() {
  try {
    asio::steady_timer never(context_, asio::steady_timer::time_point::max());
    co_await never.async_wait(asio::use_awaitable);
  } catch (const boost::system::system_error&) {
    const std::lock_guard lock(mutex_);
    ++left_;
    changed_.notify_all();
    throw;
  }
}

void fake_daemon::tell(const std::string& method, std::deque<script> scripts) {
  const std::lock_guard lock(mutex_);
  scripts_[method] = std::move(scripts);
}

void fake_daemon::answer(const std::string& method, json parameters) {
  tell(method, {answers(std::move(parameters))});
}

void fake_daemon::refuse(const std::string& method, const std::string& name, json parameters) {
  script told;
  told.last = {std::string(interface_name) + "." + name, std::move(parameters)};
  tell(method, {std::move(told)});
}

void fake_daemon::hang(const std::string& method, std::vector<json> before) {
  script told;
  told.before = std::move(before);
  told.end = script::ending::hangs;
  tell(method, {std::move(told)});
}

void fake_daemon::finish_login() {
  asio::post(context_, [this] { finished_.expires_at(asio::steady_timer::time_point::min()); });
}

std::vector<json> fake_daemon::calls(const std::string& method) {
  const std::lock_guard lock(mutex_);
  return calls_[method];
}

bool fake_daemon::saw_call(const std::string& method) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, std::chrono::seconds(10), [&] { return !calls_[method].empty(); });
}

bool fake_daemon::saw_client_leave() {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, std::chrono::seconds(10), [this] { return left_ > 0; });
}

}  // namespace latchkey::cli
