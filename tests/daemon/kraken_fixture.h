// An account of the preset kraken with a grant for all that the provider's own API asks for.
#pragma once

#include <utility>

#include "tests/daemon/account_fixture.h"

namespace latchkey {

class KrakenTest : public AccountTest {
 protected:
  KrakenTest() { given(kraken()); }

  static account_config kraken() {
    account_config made;
    made.name = "work";
    made.provider = "kraken";
    made.client_id = "app";
    return made;
  }

  /// The account is as `wanted` says and has a grant that covers everything.
  void given(const account_config& wanted,
             scope_list scopes = {"account.info:basic", "account.fast-api-key:read", "account.fast-api-key:write"}) {
    account_ = std::make_shared<account>(surroundings_, wanted);
    grant held = granted(1, world_.clock.now().wall);
    held.bound_to = grant_binding(wanted);
    held.scopes = std::move(scopes);
    stored_record& record = world_.store.records[grant_id()];
    record.value = encode_grant(held);
    record.version = 1;
  }

  /// What `work` gives; everything that it waits for must have been scripted.
  template <class T>
  result<T> done(task<result<T>> work) {
    std::optional<result<T>> outcome;
    boost::asio::co_spawn(context_, std::move(work), [&](const std::exception_ptr& thrown, result<T> given) {
      if (thrown) std::rethrow_exception(thrown);
      outcome.emplace(std::move(given));
    });
    settle();
    if (outcome) return std::move(*outcome);
    ADD_FAILURE() << "it waits still";
    return fault(errc::internal, "it waits still");
  }
};

}  // namespace latchkey
