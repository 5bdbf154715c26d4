#include "daemon/login_device.h"

#include <utility>

#include "core/device_flow.h"
#include "daemon/log.h"

namespace latchkey {
namespace {

fault no_device_flow(const login_order& order) {
  const std::string& name = order.who->config().name;
  return {errc::bad_request, "the provider of " + name + ", " + printable(order.server.name) +
                                 ", offers no login with --device (it names no device authorization endpoint): run "
                                 "latchkey login " +
                                 name + " --no-browser, and open the URL in a browser that you have"};
}

task<result<device_authorization>> ask_for_code(const login_order& order, ports world) {
  auto client = co_await order.who->credentials(order.server);
  if (!client) co_return client.error();
  http_request request = device_authorization_request(order.server, *client, order.scopes);
  auto response = co_await world.http.send(std::move(request));
  if (!response) co_return response.error();
  co_return parse_device_authorization(*response, world.time.now().wall);
}

std::string joined(const std::vector<std::string>& sentences) {
  std::string text;
  for (const std::string& each : sentences) text.append(text.empty() ? "" : "; ").append(each);
  return text;
}

account::device_question question_of(const login_order& order, const device_authorization& code) {
  account::device_question question;
  question.server = order.server;
  question.device_code = code.device_code.clone();
  question.asked = order.scopes;
  question.bound_to = order.bound_to;
  question.accept_other_user = order.accept_other_user;
  return question;
}

// Asks until there is an answer that ends the login.
task<result<>> ask_until_done(const login_order& order, ports world, const device_authorization& code,
                              wall_time expires_at) {
  device_poll poll(code, world.time.now().boot);
  for (;;) {
    co_await world.time.wait_until(poll.next());
    if (poll.expired(world.time.now().boot)) co_return poll.expiry();
    account::device_question question = question_of(order, code);
    auto refused = co_await order.who->poll_device(std::move(question));
    if (!refused) co_return result<>();
    if (auto ended = poll.refused(*refused, world.time.now().boot)) co_return *std::move(ended);
    if (!poll.trouble()) continue;
    log::warning("login of " + order.who->config().name + ": " + *poll.trouble(), {order.who->config().name, "login"});
    login_progress retrying;
    retrying.state = "retrying";
    retrying.warning = *poll.trouble();
    retrying.expires_at = expires_at;
    co_await order.on_progress(std::move(retrying));
  }
}

}  // namespace

task<result<>> login_device(ports world, login_order order) {
  const std::string name = order.who->config().name;
  if (order.server.device_authorization_endpoint.empty()) co_return no_device_flow(order);
  auto code = co_await ask_for_code(order, world);
  if (!code) co_return code.error();

  login_progress progress;
  progress.state = "user_code";
  progress.user_code = code->user_code;
  progress.verification_uri = code->verification_uri;
  progress.verification_uri_complete = code->verification_uri_complete;
  progress.warning = joined(code->warnings);
  progress.expires_at = world.time.now().wall + code->expires_in;
  const wall_time expires_at = progress.expires_at;
  log::info("login of " + name + ": waiting for the code to be typed in at " + printable(code->verification_uri),
            {name, "login"});
  co_await order.on_progress(std::move(progress));

  auto ended = co_await ask_until_done(order, world, *code, expires_at);
  if (!ended) log::warning("login of " + name + " failed: " + ended.error().message, {name, "login"});
  co_return ended;
}

}  // namespace latchkey
