// A key_desk at an account of the preset kraken.
#pragma once

#include <gmock/gmock.h>

#include "daemon/key_desk.h"
#include "tests/daemon/kraken_fixture.h"

namespace latchkey {

class KeyDeskTest : public KrakenTest {
 protected:
  static constexpr const char* invalid = R"({"error":["EGeneral:Invalid arguments"]})";
  static constexpr const char* done_text = R"({"error":[],"result":true})";

  static std::string created(const std::string& name, const std::string& api_key = "pub-1") {
    return R"({"error":[],"result":{"api_key_name":")" + name + R"(","api_key":")" + api_key +
           R"(","secret":"c2VjcmV0LW9m","id":"ID1","permissions":{"funds_query":true}}})";
  }

  static fast_api_key_wish wish(const std::string& name = "bot") {
    fast_api_key_wish made;
    made.name = name;
    made.permissions = {"funds_query"};
    return made;
  }

  void given_a_key(const std::string& name = "bot", const std::string& api_key = "pub-1") {
    world_.http.answer(200, created(name, api_key));
    ASSERT_TRUE(done(desk_.create(account_, wish(name))));
    world_.http.requests.clear();
    world_.http.authorizations.clear();
  }

  static key_desk::exchange_order order(const std::string& key = "bot") {
    key_desk::exchange_order made;
    made.key = key;
    made.method = "Balance";
    return made;
  }

  static record_id ring_id() { return {"work", record_kind::api_keys}; }

  /// "NAME API-KEY" of each key whose secret the store has.
  [[nodiscard]] std::vector<std::string> kept() {
    std::vector<std::string> names;
    const auto found = world_.store.records.find(ring_id());
    if (found == world_.store.records.end()) return names;
    for (const kept_api_key& each : decode_api_key_ring(found->second.value).value())
      names.push_back(each.name + " " + each.api_key);
    return names;
  }

  /// The nonce of each signed call.
  [[nodiscard]] std::vector<std::uint64_t> nonces() const {
    std::vector<std::uint64_t> found;
    for (const std::string& each : world_.http.requests)
      if (const auto at = each.find(" nonce="); at != std::string::npos)
        found.push_back(std::stoull(each.substr(at + 7)));
    return found;
  }

  key_desk desk_{surroundings_};
};

}  // namespace latchkey
