#include "tests/sim/network.h"

#include "core/limits.h"
#include "tests/sim/world.h"

namespace latchkey::sim {
namespace {

using std::chrono::milliseconds;

// "mail" of https://mail.example/token
std::string host_label(std::string_view url) {
  const std::string_view host = url.substr(url.find("//") + 2);
  return std::string(host.substr(0, host.find('.')));
}

ending ending_of(const http_response& response) {
  if (response.status >= 429) return ending::transient;
  if (!response.body.reveal().ends_with('}')) return ending::permanent;  // Cut.
  return response.status == 200 ? ending::granted : ending::dead;
}

std::optional<seconds> retry_after_in(const http_response& response) {
  const auto header = find_header(response.headers, "Retry-After");
  if (!header) return std::nullopt;
  return seconds(std::stoll(std::string(*header)));
}

}  // namespace

network::fate network::choose() {
  const odds& chances = world_.what.chances;
  if (world_.strikes(chances.refused)) return fate::refused;
  if (world_.strikes(chances.lost)) return fate::lost;
  if (world_.strikes(chances.status_500)) return fate::status_500;
  if (world_.strikes(chances.html_502)) return fate::html_502;
  if (world_.strikes(chances.too_many)) return fate::too_many;
  if (world_.strikes(chances.truncated)) return fate::truncated;
  if (world_.strikes(chances.grant_ended)) return fate::grant_ended;
  return fate::arrives;
}

void network::reach_server(world& around, exchange& sent, moment now) {
  switch (sent.goes) {
    case fate::status_500:
      sent.response = json_response(500, R"({"error":"server_error"})");
      return;
    case fate::html_502:
      sent.response = json_response(502, "<html><body>Bad gateway</body></html>");
      return;
    case fate::too_many: {
      constexpr std::array waits{0, 1, 30, 600, 90'000};
      sent.response = json_response(429, R"({"error":"slow_down"})");
      sent.response.headers.push_back(http_header{"Retry-After", std::to_string(around.random.pick(waits))});
      return;
    }
    case fate::grant_ended:
      around.server.end_grants(sent.account, now);
      break;
    default:
      break;
  }
  sent.response = around.server.handle(sent.account, sent.request, now);
  around.told.step([&] {
    return "server: " + std::to_string(sent.response.status) + " " + std::string(sent.response.body.reveal());
  });
  if (sent.goes == fate::truncated) {
    const std::string_view body = sent.response.body.reveal();
    sent.response.body = secret(body.substr(0, body.size() / 2));
  }
}

task<result<http_response>> network::send(http_request request) {
  const auto sent = std::make_shared<exchange>();
  const auto account = world_.account_named(host_label(request.url));
  sent->account = account.value();
  if (request.url.ends_with("/revoke"))
    sent->what = kind::revocation;
  else if (form_value(request.body.reveal(), "grant_type") == "authorization_code")
    sent->what = kind::login;
  sent->request = std::move(request);
  sent->goes = choose();
  world_.told.step([&] {
    return "daemon: sends " + sent->request.url + " " + std::string(sent->request.body.reveal()) +
           (sent->goes == fate::arrives ? "" : ", which will go wrong");
  });
  if (sent->what == kind::refresh)
    world_.eyes.refresh_sent(sent->account, form_value(sent->request.body.reveal(), "refresh_token"));

  const moment begun = world_.events.now();
  moment back = begun + world_.random.between<moment>(milliseconds(1), milliseconds(150));
  if (sent->goes != fate::refused) {
    world_.events.at(back, [&around = world_, sent](moment due) { reach_server(around, *sent, due); });
    const bool slow = world_.strikes(world_.what.chances.slow_answer);
    const moment longest = slow ? moment(limits::http_timeout - seconds(1)) : moment(milliseconds(150));
    back += world_.random.between<moment>(milliseconds(1), longest);
    if (sent->goes == fate::lost) back = begun + limits::http_timeout;
  }
  co_await wait_until(world_.events, back);
  co_return deliver(*sent);
}

result<http_response> network::deliver(exchange& sent) {
  if (sent.goes == fate::refused || sent.goes == fate::lost) {
    world_.told.step([&] { return "daemon: gets no answer from " + sent.request.url; });
    tell_witness(sent, ending::transient);
    return fault(errc::temporarily_unavailable, "the host of the simulation does not answer");
  }
  world_.told.step(
      [&] { return "daemon: gets " + std::to_string(sent.response.status) + " from " + sent.request.url; });
  tell_witness(sent, ending_of(sent.response));
  return std::move(sent.response);
}

void network::tell_witness(const exchange& sent, ending how) {
  const std::string access_token = json_text(sent.response.body.reveal(), "access_token");
  if (sent.what == kind::refresh)
    world_.eyes.refresh_ended(sent.account, {form_value(sent.request.body.reveal(), "refresh_token"), how,
                                             retry_after_in(sent.response), access_token});
  if (sent.what == kind::login && how == ending::granted) world_.eyes.login_granted(sent.account, access_token);
}

}  // namespace latchkey::sim
