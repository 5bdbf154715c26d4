// An app that links liblatchkey.so and nothing else of Latchkey, with all its own symbols hidden.
#include <gtest/gtest.h>
#include <latchkey/client.h>

#include <type_traits>

namespace {

// Never called with an agent: that it links shows that the library has every function of the header.
void call_everything(latchkey::client* agent) {
  if (agent == nullptr) return;
  latchkey::client moved(std::move(*agent));
  *agent = std::move(moved);
  agent->release_lease(agent->get_token("work").lease_id);
  agent->login("work", latchkey::login_flow::url, {}, [](const latchkey::login_step&) {});
  agent->login(
      "work", latchkey::login_flow::url, {}, [](const latchkey::login_step&) {}, latchkey::other_user::accept);
  agent->finish_login("work", "http://127.0.0.1/callback?code=x");
  agent->sign_dpop("work", {});
  agent->watch({}, [](const latchkey::event&) { return false; });
  agent->accounts();
  agent->add_account({});
  agent->remove_account("work");
  agent->logout("work", true);
  agent->providers();
  agent->status();
  agent->lock();
  agent->unlock();
  agent->check_provider("work");
  agent->user_info("work");
  agent->list_api_keys("work");
  agent->create_api_key("work", {}, latchkey::secret_answer::stored);
  agent->update_api_key("work", {});
  agent->delete_api_key("work", "bot");
  agent->call_exchange("work", "bot", "Balance", {});
  agent->apps();
  agent->decide_app({});
  agent->forget_app("/usr/bin/git");
  agent->audit_log();
}

TEST(SharedLibrary, HasEveryFunctionOfTheHeader) {
  call_everything(nullptr);
}

TEST(SharedLibrary, ItsExceptionsAreCaughtByTypeInTheApp) {
  try {
    latchkey::client agent("/nonexistent/latchkey.sock");
    FAIL() << "connected to nothing";
  } catch (const latchkey::client_error& error) {
    EXPECT_EQ(error.name(), "NoDaemon");
    EXPECT_EQ(error.exit_code(), 6);
    EXPECT_NE(error.advice, "");
  }
}

// What std::current_exception and a std::vector of errors need.
static_assert(std::is_copy_constructible_v<latchkey::client_error> &&
              std::is_copy_assignable_v<latchkey::client_error>);

}  // namespace
