// An account at an OpenID Connect issuer, whose keys and ID tokens the test makes.
#pragma once

#include "tests/core/id_token_builders.h"
#include "tests/daemon/account_fixture.h"

namespace latchkey {

class IdTokenTest : public AccountTest {
 protected:
  IdTokenTest() {
    account_ = std::make_shared<account>(surroundings_, at_issuer());
    world_.http.answer(200, metadata().dump());
    run(discover());
    world_.http.requests.clear();
  }

  static account_config at_issuer() {
    account_config made;
    made.name = "work";
    made.client_id = "latchkey-cli";
    made.scopes = {"openid"};
    made.issuer = "https://id.example";
    return made;
  }

  static nlohmann::json metadata() {
    return {{"issuer", "https://id.example"},
            {"authorization_endpoint", "https://id.example/authorize"},
            {"token_endpoint", "https://id.example/token"},
            {"revocation_endpoint", "https://id.example/revoke"},
            {"jwks_uri", "https://id.example/jwks"},
            {"scopes_supported", nlohmann::json::array({"openid"})}};
  }

  static std::string jwks(const std::string& kid) {
    return nlohmann::json{{"keys", nlohmann::json::array({testing_issuer::p256_key().jwk(kid)})}}.dump();
  }

  /// An answer of the token endpoint; empty `id_token`: without one.
  static std::string tokens(int generation, const secret& id_token) {
    nlohmann::json made = nlohmann::json::parse(token_json(generation));
    made["scope"] = "openid";
    if (!id_token.empty()) made["id_token"] = std::string(id_token.reveal());
    return made.dump();
  }

  /// Signed as it should be; `sub` other than the usual where it is given.
  static secret id_token(const std::string& sub = "24400320", const std::string& kid = "p1") {
    nlohmann::json claims = testing_issuer::good_claims();
    claims["sub"] = sub;
    return testing_issuer::jws({{"alg", "ES256"}, {"kid", kid}}, claims.dump(), testing_issuer::p256_key());
  }

  /// The store holds generation 1, good for an hour, of the person `sub`.
  void given_a_grant_of(const std::string& sub) {
    grant value = granted(1, world_.clock.now().wall);
    value.scopes = {"openid"};
    value.subject = sub;
    value.id_token = secret("the-first-id-token");
    value.bound_to = grant_binding(at_issuer());
    stored_record& record = world_.store.records[grant_id()];
    record.value = encode_grant(value);
    record.version = 1;
    run(read_store());
  }

  /// The redirect of a login came; what follows was scripted.
  void log_in(bool accept_other_user = false) {
    account::code_exchange exchange;
    exchange.server = server_;
    exchange.code = secret("the-code");
    exchange.redirect_uri = "http://127.0.0.1:40123/callback";
    exchange.asked = {"openid"};
    exchange.bound_to = grant_binding(at_issuer());
    exchange.nonce = "n-0S6_WzA2Mj";
    exchange.accept_other_user = accept_other_user;
    run(finish(std::move(exchange)));
  }

  /// Asks for a newer token than that of generation 1.
  void refresh() {
    token_wanted wanted;
    wanted.stale_generation = 1;
    ask(std::move(wanted));
    settle();
  }

  /// "METHOD URL" of each request.
  [[nodiscard]] std::vector<std::string> asked() const {
    std::vector<std::string> made;
    for (const auto& each : world_.http.requests) made.push_back(each.substr(0, each.find(' ', each.find(' ') + 1)));
    return made;
  }

  void run(task<> work) {
    boost::asio::co_spawn(context_, std::move(work), boost::asio::detached);
    settle();
  }

  task<> discover() { server_ = (co_await providers_.resolve(at_issuer())).value(); }
  task<> read_store() {
    const auto read = co_await account_->load();
    EXPECT_TRUE(read);
  }
  task<> finish(account::code_exchange exchange) { ended_ = co_await account_->finish_login(std::move(exchange)); }

  provider server_;
  std::optional<result<>> ended_;

  static constexpr const char* token_request = "POST https://id.example/token";
  static constexpr const char* keys_request = "GET https://id.example/jwks";
  static constexpr const char* revocation = "POST https://id.example/revoke";
};

}  // namespace latchkey
