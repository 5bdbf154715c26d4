// sandbox_api's addresses below /sandbox/: what the tests read, and what they order.
#include <charconv>
#include <nlohmann/json.hpp>

#include "tests/sandbox/sandbox_api.h"

namespace latchkey::sandbox {
namespace {

using nlohmann::json;

constexpr unsigned longest_token_delay_ms = 60'000;

std::string_view name_of(answer_kind kind) {
  switch (kind) {
    case answer_kind::login:
      return "login";
    case answer_kind::rotation:
      return "rotation";
    case answer_kind::repetition:
      return "repetition";
  }
  return {};
}

std::string_view name_of(answer_end how) {
  switch (how) {
    case answer_end::open:
      return "open";
    case answer_end::read:
      return "read";
    case answer_end::unread:
      return "unread";
  }
  return {};
}

// CLOCK_MONOTONIC, which a test in another process reads, too.
std::int64_t nanoseconds_of(moment when) {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(when.time_since_epoch()).count();
}

response usage(const std::string& what) {
  return json_response(400, {{"error", "invalid_request"}, {"error_description", what}});
}

std::optional<unsigned> number(const std::string& text) {
  unsigned value = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (fault != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// Of a request's parameters; one where it is left out.
std::optional<unsigned> count_in(const parameters& query) {
  return query["count"].empty() ? std::optional<unsigned>(1) : number(query["count"]);
}

std::optional<sandbox_api::endpoint> endpoint_named(std::string_view name) {
  if (name.empty() || name == "token") return sandbox_api::endpoint::token;
  if (name == "device") return sandbox_api::endpoint::device;
  return std::nullopt;
}

std::optional<response> ordered_answer(const parameters& query) {
  response answer;
  if (query["status"] == "reset") {
    answer.how = delivery::reset;
    return answer;
  }
  const auto status = number(query["status"]);
  if (!status || *status < 400 || *status > 599) return std::nullopt;
  answer = json_response(*status, {{"error", query["error"].empty() ? "temporarily_unavailable" : query["error"]}});
  if (!query["retry_after"].empty()) answer.headers.emplace_back("Retry-After", query["retry_after"]);
  return answer;
}

response done() {
  return json_response(200, {{"done", true}});
}

}  // namespace

response sandbox_api::counters_report(const request&, moment) {
  const counters& count = state_.count;
  return json_response(200, {{"authorize", count.authorize},
                             {"consent", count.consent},
                             {"token_requests", count.token_requests},
                             {"code_exchanges", count.code_exchanges},
                             {"device_requests", count.device_requests},
                             {"device_polls", count.device_polls},
                             {"device_slow_downs", count.device_slow_downs},
                             {"device_logins", count.device_logins},
                             {"refreshes", count.refreshes},
                             {"refreshes_refused", count.refreshes_refused},
                             {"refreshes_repeated", count.refreshes_repeated},
                             {"reuse_detected", count.reuse_detected},
                             {"revocations", count.revocations},
                             {"balance_ok", count.balance_ok},
                             {"balance_401", count.balance_401},
                             {"open_orders_ok", count.open_orders_ok},
                             {"open_orders_401", count.open_orders_401},
                             {"signed_ok", count.signed_ok},
                             {"signed_refused", count.signed_refused}});
}

response sandbox_api::rotations_report(const request&, moment) {
  json list = json::array();
  for (const token_answer& each : rotations_.answers()) {
    json entry = {{"serial", list.size() + 1},
                  {"kind", name_of(each.kind)},
                  {"refresh_token_fingerprint", each.refresh_token_fingerprint},
                  {"answered_at", nullptr},
                  {"ended", name_of(each.ended)}};
    if (each.answered_at) entry["answered_at"] = nanoseconds_of(*each.answered_at);
    list.push_back(std::move(entry));
  }
  return json_response(200, list);
}

response sandbox_api::expire_access_tokens(const request&, moment) {
  state_.expire_access_tokens();
  return done();
}

response sandbox_api::forget_grants(const request&, moment) {
  state_.forget_grants();
  return done();
}

response sandbox_api::fail_next(const request& asked, moment) {
  const auto query = parameters::parse(asked.query);
  const auto failing = query ? endpoint_named((*query)["endpoint"]) : std::nullopt;
  const auto answer = query ? ordered_answer(*query) : std::nullopt;
  const auto count = query ? count_in(*query) : std::nullopt;
  if (!failing || !answer || !count) {
    return usage(
        "status must be 400 to 599, or reset; endpoint (token, device), count, retry_after, error may be left out.");
  }
  failures_[*failing] = {*answer, *count};
  return done();
}

response sandbox_api::slow_down_next(const request& asked, moment) {
  const auto query = parameters::parse(asked.query);
  const auto count = query ? count_in(*query) : std::nullopt;
  if (!count) return usage("count must be a number, or left out.");
  state_.slow_down_next(*count);
  return done();
}

response sandbox_api::delay_token(const request& asked, moment) {
  const auto query = parameters::parse(asked.query);
  const auto delay = query ? number((*query)["ms"]) : std::nullopt;
  if (!delay || *delay > longest_token_delay_ms) return usage("ms must be 0 to 60000; 0 ends the delay.");
  token_delay_ = std::chrono::milliseconds(*delay);
  return done();
}

std::optional<response> sandbox_api::ordered(endpoint of) {
  ordered_failure& failure = failures_[of];
  if (failure.count == 0) return std::nullopt;
  --failure.count;
  return failure.answer;
}

}  // namespace latchkey::sandbox
