// A broker between fakes, with account files of its own.
#pragma once

#include <boost/asio/cancellation_signal.hpp>
#include <deque>
#include <nlohmann/json.hpp>
#include <optional>

#include "core/limits.h"
#include "daemon/broker.h"
#include "tests/daemon/account_fixture.h"
#include "tests/support/temporary_folder.h"

namespace latchkey {

class BrokerTest : public AccountTest {
 protected:
  BrokerTest() { connect(1, "/usr/bin/app"); }

  /// `program` is at the other end of `connection`, and may use every account.
  void connect(varlink::connection_number connection, const std::string& program) {
    peer_app who;
    who.app = program;
    who.program = std::make_shared<const std::string>(program);
    broker_.connection_opened(connection, std::move(who));
  }
  /// The account `work` has a file, and a grant of generation 1.
  void given_an_account(const account_config& wanted = config()) {
    account_ = book_.add(wanted).value();
    given_a_grant();
  }

  static varlink::call call(const std::string& method, nlohmann::json parameters) {
    varlink::call made;
    made.method = method;
    made.parameters = std::move(parameters);
    made.connection = 1;
    return made;
  }

  /// As the server asks: first what can be answered at once, then the handler, whose answer is in `into` once there is
  /// one.
  void begin(varlink::call wanted, std::optional<varlink::answer>& into) {
    const varlink::method& method = interface_.methods.find(wanted.method)->second;
    if (method.answer_now) {
      if (auto at_once = method.answer_now(wanted)) {
        into = std::move(*at_once);
        return;
      }
    }
    const auto body = [](const varlink::method& which, varlink::call what,
                         std::optional<varlink::answer>& where) -> task<> { where = co_await which.handle(what); };
    boost::asio::co_spawn(context_, body(method, std::move(wanted), into),
                          boost::asio::bind_cancellation_slot(clients_.emplace_back().slot(), [](auto&&...) {}));
    settle();
  }
  /// The client of the call that was begun last goes away.
  void client_leaves() {
    clients_.back().emit(boost::asio::cancellation_type::terminal);
    settle();
  }
  varlink::answer answer_to(varlink::call wanted) {
    std::optional<varlink::answer> answer;
    begin(std::move(wanted), answer);
    if (!answer) ADD_FAILURE() << "it waits still";
    return std::move(answer).value_or(varlink::answer());
  }

  std::deque<boost::asio::cancellation_signal> clients_;  // one for each call: a slot serves one coroutine
  support::temporary_folder folder_;
  account_book book_{surroundings_, folder_.path() / "accounts"};
  event_hub hub_{context_.get_executor()};
  app_gate gate_{context_.get_executor(), world_.ports(), {folder_.path() / "policy.toml", {}}, unknown_apps::allow};
  broker broker_{surroundings_, book_, hub_, gate_, limits::login_timeout};
  varlink::interface interface_ = broker_.interface();
};

}  // namespace latchkey
