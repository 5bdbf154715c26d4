// What the broker warns of in Status.
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "daemon/account_book.h"
#include "daemon/broker.h"
#include "daemon/event_hub.h"
#include "tests/daemon/id_token_fixture.h"
#include "tests/support/temporary_folder.h"

namespace latchkey {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class troubled_store : public support::memory_store {
 public:
  using memory_store::memory_store;
  [[nodiscard]] std::string trouble() const override { return why; }
  std::string why;
};

class BrokerWarnings : public IdTokenTest {
 protected:
  std::vector<std::string> warnings() {
    auto request = std::make_shared<varlink::call>();
    request->method = "Status";
    request->parameters = nlohmann::json::object();
    run(ask_status(request));
    return warned_;
  }
  task<> ask_status(std::shared_ptr<varlink::call> request) {
    const auto given = co_await interface_.methods.at("Status").handle(*request);
    warned_ = given.parameters.at("warnings").get<std::vector<std::string>>();
  }

  support::temporary_folder folder_;
  troubled_store store_{context_.get_executor()};
  account_surroundings around_{surroundings_with(store_)};
  account_book book_{around_, folder_.path()};
  event_hub hub_{context_.get_executor()};
  app_gate gate_{context_.get_executor(), world_.ports(), {folder_.path() / "policy.toml", {}}, unknown_apps::allow};
  broker broker_{around_, book_, hub_, gate_, seconds(300)};
  varlink::interface interface_ = broker_.interface();
  std::vector<std::string> warned_;
};

TEST_F(BrokerWarnings, AreOfTheStoreTheProcessAndIdTokensAndOfNothingElse) {
  EXPECT_THAT(warnings(), IsEmpty());
  store_.why = "one change waits";
  broker_.more_trouble = [] { return std::string("too few descriptors"); };
  EXPECT_THAT(warnings(), ElementsAre("one change waits", "too few descriptors"));
}

TEST_F(BrokerWarnings, OneIsOfAnIdTokenThatIsNotBelieved) {
  account_ = book_.add(at_issuer()).value();
  grant value = granted(1, world_.clock.now().wall);
  value.scopes = {"openid"};
  value.subject = "24400320";
  value.bound_to = grant_binding(at_issuer());
  store_.records[grant_id()] = {encode_grant(value), 1};
  world_.http.answer(200, tokens(2, id_token("another")));
  world_.http.answer(200, jwks("p1"));
  refresh();
  EXPECT_THAT(warnings(), ElementsAre(HasSubstr("another person")));
}

}  // namespace
}  // namespace latchkey
