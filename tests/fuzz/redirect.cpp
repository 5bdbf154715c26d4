// Requests at the loopback listener: without the state, no input ends a login well, and no page repeats raw input.
#include "core/authorize.h"
#include "tests/fuzz/input.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace latchkey;
  redirect_judge::expectation expected;
  expected.host_header = "127.0.0.1:4000";
  expected.path = "/callback";
  expected.state = secret("right-state");
  expected.account = "work";
  redirect_judge judge(std::move(expected));
  redirect_request request;
  request.method = "GET";
  request.headers.push_back({"Host", "127.0.0.1:4000"});
  request.target = "/callback?" + std::string(fuzz::as_text(data, size));
  const redirect_answer answer = judge.judge(request);
  fuzz::require(answer.page.find("<script") == std::string::npos);
  if (judge.outcome())
    fuzz::require(request.target.find("right") != std::string::npos || request.target.find('%') != std::string::npos);
  return 0;
}
