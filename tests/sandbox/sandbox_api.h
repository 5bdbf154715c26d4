// The sandbox's HTTP interface as plain values: a request in, a response out. Used by sandbox_server, which moves the
// bytes. The addresses are Kraken Connect's, and /sandbox/… for the tests that drive it.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "tests/sandbox/http_values.h"
#include "tests/sandbox/sandbox_state.h"

namespace latchkey::sandbox {

enum class consent_mode {
  ask,       ///< A page with Allow and Deny.
  allow_all  ///< The redirect at once, for tests without a browser.
};

class sandbox_api {
 public:
  sandbox_api(sandbox_state& state, consent_mode mode) : state_(state), mode_(mode) {}

  response answer(const request& asked, moment now);
  /// Of the answers that hold tokens; who moves the bytes adds what became of each.
  [[nodiscard]] rotation_log& rotations() noexcept { return rotations_; }

 private:
  using handler = response (sandbox_api::*)(const request&, moment);
  struct route {
    std::string_view method;
    std::string_view path;
    handler handle;
  };
  struct ordered_failure {
    unsigned status = 0;
    std::string error;
    std::string retry_after;
    unsigned count = 0;
  };

  response authorize(const request& asked, moment now);
  response consent(const request& asked, moment now);
  response token(const request& asked, moment now);
  response decide_token(const request& asked, moment now);
  response revoke(const request& asked, moment now);
  response userinfo(const request& asked, moment now);
  response balance(const request& asked, moment now);
  response counters_report(const request& asked, moment now);
  response rotations_report(const request& asked, moment now);
  response expire_access_tokens(const request& asked, moment now);
  response forget_grants(const request& asked, moment now);
  response fail_next(const request& asked, moment now);
  response delay_token(const request& asked, moment now);

  static const std::vector<route>& routes();

  sandbox_state& state_;
  consent_mode mode_;
  rotation_log rotations_;
  ordered_failure failure_;
  std::chrono::milliseconds token_delay_{0};
};

}  // namespace latchkey::sandbox
