// Addresses that a person pastes: whatever the request made of it, without the state it ends no login well.
#include "core/authorize.h"
#include "tests/fuzz/input.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace latchkey;
  const auto request = pasted_redirect(fuzz::as_text(data, size));
  if (!request) return 0;
  redirect_judge::expectation expected;
  expected.host_header = "127.0.0.1:4000";
  expected.path = "/callback";
  expected.state = secret("right-state");
  expected.account = "work";
  redirect_judge judge(std::move(expected));
  judge.judge(*request);
  if (judge.outcome())
    fuzz::require(request->target.find("right") != std::string::npos || request->target.find('%') != std::string::npos);
  return 0;
}
