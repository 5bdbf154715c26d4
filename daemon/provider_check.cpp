#include "daemon/provider_check.h"

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <charconv>

#include "core/discovery.h"
#include "core/http_date.h"
#include "core/limits.h"
#include "core/url.h"

namespace latchkey {
namespace {

seconds age_of(const http_response& response) {
  const std::string_view text = find_header(response.headers, "Age").value_or("");
  std::int64_t age = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), age);
  const bool sensible = failed == std::errc() && age >= 0 && age <= limits::longest_lifetime.count();
  return seconds(sensible ? age : 0);
}

provider_findings findings_of(const http_response& response, const instant& asked, const instant& answered) {
  constexpr unsigned server_error = 500;  // RFC 9110 §15.6
  provider_findings found;
  found.reachable = true;
  // The clock that nobody can set tells how long it took.
  const auto took = std::chrono::ceil<seconds>(answered.boot - asked.boot);
  found.clock_skew = clock_skew(response, answered.wall - took, answered.wall);
  if (response.status >= server_error)
    found.message = "it answers with HTTP " + std::to_string(response.status) + ": it has trouble of its own";
  return found;
}

}  // namespace

result<std::string> endpoint_to_check(const account_config& account, const provider_catalog& providers) {
  if (!account.issuer.empty()) {
    auto addresses = discovery_addresses(account.issuer);
    if (!addresses) return addresses.error();
    return std::move(addresses->front());
  }
  std::string endpoint = providers.known(account).token_endpoint;
  if (!endpoint.empty()) return endpoint;
  const auto preset = providers.find(account.provider);
  return preset ? fault(errc::internal, "its provider has no token endpoint") : preset.error();
}

task<provider_findings> check_provider(http_transport& http, time_source& time, std::string endpoint) {
  using namespace boost::asio::experimental::awaitable_operators;
  http_request request;
  request.url = std::move(endpoint);
  const instant asked = time.now();
  const auto first = co_await (http.send(std::move(request)) || time.wait_until(asked.boot + limits::provider_check));
  provider_findings found;
  if (first.index() != 0) {
    found.message = "it gave no answer within " + std::to_string(limits::provider_check.count()) + " s";
    co_return found;
  }
  const auto& response = std::get<0>(first);
  if (response) co_return findings_of(*response, asked, time.now());
  found.message = response.error().message;
  co_return found;
}

std::optional<seconds> clock_skew(const http_response& response, wall_time asked, wall_time answered) {
  const auto header = find_header(response.headers, "Date");
  const auto date = header ? parse_http_date(*header, answered) : std::nullopt;
  if (!date) return std::nullopt;
  const wall_time theirs = *date + age_of(response);
  if (theirs < asked) return theirs - asked;
  return std::max(theirs - answered, seconds(0));
}

}  // namespace latchkey
