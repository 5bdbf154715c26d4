// The broker between fakes, with an account "work" whose grant covers "read", as connected apps see it.
#pragma once

#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

#include "daemon/account_book.h"
#include "daemon/app_gate.h"
#include "daemon/broker.h"
#include "daemon/event_hub.h"
#include "tests/daemon/account_fixture.h"
#include "tests/support/temporary_folder.h"

namespace latchkey {

class AppGateTest : public AccountTest {
 protected:
  using json = nlohmann::json;
  static constexpr varlink::connection_number git = 1;
  static constexpr varlink::connection_number bot = 2;
  static constexpr varlink::connection_number command = 3;  ///< The `latchkey` command.
  static constexpr varlink::connection_number nobody = 4;   ///< What cannot be told.

  AppGateTest() : events_hub_(context_.get_executor()), accounts_(surroundings_, folder_.path() / "accounts") {
    EXPECT_TRUE(accounts_.add(config()));
    given_a_grant();
    start(unknown_apps::ask);
  }

  /// As a daemon that was started anew.
  void start(unknown_apps unknown) {
    broker_.reset();
    gate_ = std::make_unique<app_gate>(context_.get_executor(), world_.ports(),
                                       app_gate::files{policy_file(), folder_.path() / "audit.log"}, unknown);
    broker_ = std::make_unique<broker>(surroundings_, accounts_, events_hub_, *gate_, seconds(60));
    interface_ = broker_->interface();
    connect(git, "/usr/bin/git");
    connect(bot, "unit:bot.service");
    connect(command, "/usr/bin/latchkey", true);
    connect(nobody, std::string(unknown_app));
  }
  void connect(varlink::connection_number number, const std::string& app, bool decides = false) {
    peer_app who;
    who.app = app;
    who.process = static_cast<pid_t>(100 + number);
    who.program = std::make_shared<const std::string>(app);
    who.decides = decides;
    broker_->connection_opened(number, std::move(who));
  }

  struct pending_call {
    varlink::call call;
    std::optional<varlink::answer> answer;
  };
  /// Calls as the app at `connection`; `answer` is there once it is.
  std::shared_ptr<pending_call> call(varlink::connection_number connection, const std::string& method,
                                     json parameters) {
    auto made = std::make_shared<pending_call>();
    made->call.method = method;
    made->call.parameters = std::move(parameters);
    made->call.connection = connection;
    made->call.peer.pid = static_cast<pid_t>(100 + connection);
    const varlink::method& target = interface_.methods.at(method);
    if (target.answer_now) made->answer = target.answer_now(made->call);
    if (made->answer) return made;
    boost::asio::co_spawn(
        context_, target.handle(made->call),
        [made](const std::exception_ptr&, varlink::answer given) { made->answer = std::move(given); });
    settle();
    return made;
  }
  /// "token", or the error's name.
  static std::string outcome(const std::shared_ptr<pending_call>& made) {
    if (!made->answer) return "waits";
    const std::string& error = made->answer->error;
    if (!error.empty()) return error.substr(error.rfind('.') + 1);
    return made->answer->parameters.contains("access_token") ? "token" : "done";
  }
  std::string get_token(varlink::connection_number connection, json more = json::object()) {
    more["account"] = "work";
    return outcome(call(connection, "GetToken", std::move(more)));
  }
  std::string decide(varlink::connection_number connection, const std::string& app, const std::string& decision,
                     json more = json::object()) {
    more.update({{"app", app}, {"account", "work"}, {"decision", decision}});
    return outcome(call(connection, "DecideApp", std::move(more)));
  }
  json apps() { return call(command, "Apps", json::object())->answer->parameters; }
  json audit() { return call(command, "AuditLog", json::object())->answer->parameters["entries"]; }
  [[nodiscard]] int told(const std::string& app, const std::string& outcome) {
    int count = 0;
    for (const json& entry : audit()) count += entry["app"] == app && entry["outcome"] == outcome ? 1 : 0;
    return count;
  }

  void person_says(consent_decision decision, std::size_t question = 0) {
    world_.desktop.answers.at(question)(decision);
    settle();
  }
  void logged_in(varlink::connection_number connection) {
    varlink::call login;
    login.method = "Login";
    login.connection = connection;
    login.peer.pid = static_cast<pid_t>(100 + connection);
    gate_->logged_in({login, *accounts_.find("work").value(), {}});
    settle();
  }
  /// Another account with a grant that covers "read".
  void given_account(const std::string& name) {
    account_config other = config();
    other.name = name;
    EXPECT_TRUE(accounts_.add(other));
    stored_record& record = world_.store.records[{name, record_kind::grant}];
    record.value = encode_grant(granted(1, world_.clock.now().wall));
    record.version = 1;
  }
  std::shared_ptr<pending_call> wait_for_token(varlink::connection_number connection) {
    return call(connection, "GetToken", {{"account", "work"}, {"wait_for_consent", 60}});
  }

  void pass(seconds time) {
    world_.clock.advance(time);
    settle();
  }
  [[nodiscard]] std::filesystem::path policy_file() const { return folder_.path() / "policy.toml"; }
  [[nodiscard]] std::string policy_text() const {
    std::ostringstream text;
    text << std::ifstream(policy_file()).rdbuf();
    return text.str();
  }
  void write_policy(const std::string& text) {
    std::ofstream(policy_file()) << text;
    std::filesystem::permissions(policy_file(), std::filesystem::perms(0600));
    gate_->reload();
    settle();
  }

  support::temporary_folder folder_;
  event_hub events_hub_;
  account_book accounts_;
  std::unique_ptr<app_gate> gate_;
  std::unique_ptr<broker> broker_;
  varlink::interface interface_;
};

}  // namespace latchkey
