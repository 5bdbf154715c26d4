// One account between fakes, for the tests of daemon/account.
#pragma once

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <memory>
#include <string>
#include <vector>

#include "core/grant_codec.h"
#include "daemon/account.h"
#include "tests/support/fake_world.h"

namespace latchkey {

class AccountTest : public testing::Test {
 protected:
  AccountTest()
      : world_(context_.get_executor()),
        providers_(world_.http, "/nonexistent"),
        surroundings_{context_.get_executor(), world_.ports(), providers_,
                      [this](const account&, std::string_view kind) { events_.emplace_back(kind); }},
        account_(std::make_shared<account>(surroundings_, config())) {}

  static account_config config() {
    account_config made;
    made.name = "work";
    made.client_id = "app";
    made.scopes = {"read"};
    made.authorization_endpoint = "https://id.example/authorize";
    made.token_endpoint = "https://id.example/token";
    made.revocation_endpoint = "https://id.example/revoke";
    return made;
  }

  static grant granted(generation_number generation, wall_time obtained_at) {
    grant value;
    value.access_token = secret("access-" + std::to_string(generation));
    value.refresh_token = secret("refresh-" + std::to_string(generation));
    value.scopes = {"read"};
    value.obtained_at = obtained_at;
    value.lifetime = seconds(3600);
    value.generation = generation;
    value.bound_to = grant_binding(config());
    return value;
  }

  /// The store holds generation 1, good for an hour.
  void given_a_grant() {
    stored_record& record = world_.store.records[grant_id()];
    record.value = encode_grant(granted(1, world_.clock.now().wall));
    record.version = 1;
  }

  static record_id grant_id() { return {"work", record_kind::grant}; }

  static std::string token_json(int generation) {
    return R"({"access_token":"access-)" + std::to_string(generation) +
           R"(","token_type":"bearer","expires_in":3600,"refresh_token":"refresh-)" + std::to_string(generation) +
           "\"}";
  }

  /// Asks for a token in a coroutine of its own; the outcome is in answers_, the token's generation or 0, and faults_.
  void ask(token_wanted wanted = {}) {
    boost::asio::co_spawn(context_, caller(std::move(wanted)), boost::asio::detached);
  }

  task<> caller(token_wanted wanted) {
    const auto ready = co_await account_->token(std::move(wanted));
    if (ready)
      served_.emplace_back(account_->current().access_token.reveal());
    else
      faults_.push_back(ready.error());
  }

  /// Runs until nothing is left to do but wait.
  void settle() {
    context_.restart();
    context_.poll();
  }

  /// As surroundings_, with another store, and nobody to hear of events.
  account_surroundings surroundings_with(token_store& store) {
    return {context_.get_executor(),
            {world_.http, store, world_.web_browser, world_.listeners, world_.clock, world_.random, world_.desktop},
            providers_,
            [](const account& /*who*/, std::string_view /*kind*/) {}};
  }

  [[nodiscard]] grant stored() {
    const auto found = world_.store.records.find(grant_id());
    if (found == world_.store.records.end()) return {};
    return decode_grant(found->second.value).value();
  }

  boost::asio::io_context context_;
  support::fake_world world_;
  provider_catalog providers_;
  account_surroundings surroundings_;
  std::shared_ptr<account> account_;
  std::vector<std::string> events_;
  std::vector<std::string> served_;
  std::vector<fault> faults_;
};

}  // namespace latchkey
