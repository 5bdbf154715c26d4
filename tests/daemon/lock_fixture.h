// A broker between fakes that can be locked, for the tests of daemon/lock_keeper.
#pragma once

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "daemon/broker.h"
#include "tests/daemon/account_fixture.h"
#include "tests/support/temporary_folder.h"

namespace latchkey {

class LockTest : public AccountTest {
 protected:
  LockTest() {
    peer_app caller;
    caller.app = "/usr/bin/app";
    caller.program = std::make_shared<const std::string>(caller.app);
    broker_.connection_opened(0, std::move(caller));
    account_ = book_.add(config()).value();
    given_a_grant();
  }

  /// The answer to a call of the interface; nothing: it waits.
  std::optional<varlink::answer> ask_broker(const std::string& method,
                                            nlohmann::json parameters = nlohmann::json::object()) {
    auto request = std::make_shared<varlink::call>();
    request->method = method;
    request->parameters = std::move(parameters);
    request->continue_with = [this](const nlohmann::json& step) { return note(step); };
    auto given = std::make_shared<std::optional<varlink::answer>>();
    boost::asio::co_spawn(context_, answer(request, given), boost::asio::detached);
    settle();
    last_ = given;
    return *given;
  }

  task<> note(nlohmann::json step) {
    steps_.push_back(std::move(step));
    co_return;
  }

  task<> answer(std::shared_ptr<varlink::call> request, std::shared_ptr<std::optional<varlink::answer>> into) {
    *into = co_await interface_.methods.at(request->method).handle(*request);
  }

  std::string error_of(const std::string& method, nlohmann::json parameters = nlohmann::json::object()) {
    const auto given = ask_broker(method, std::move(parameters));
    return given ? given->error : "it waits";
  }

  nlohmann::json status() { return ask_broker("Status").value().parameters; }
  nlohmann::json account_in_status() { return status().at("accounts").at(0); }
  static nlohmann::json work() { return {{"account", "work"}}; }

  static constexpr const char* locked = "io.latchkey.Broker.StoreLocked";

  support::temporary_folder folder_;
  account_book book_{surroundings_, folder_.path()};
  event_hub hub_{context_.get_executor()};
  app_gate gate_{context_.get_executor(), world_.ports(), {folder_.path() / "policy.toml", {}}, unknown_apps::allow};
  broker broker_{surroundings_, book_, hub_, gate_, seconds(300)};
  varlink::interface interface_ = broker_.interface();
  std::vector<nlohmann::json> steps_;
  std::shared_ptr<std::optional<varlink::answer>> last_;
};

}  // namespace latchkey
