// The bytes of a connection to the loopback listener: one harmless page or none, and without the state no login.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "core/authorize.h"
#include "daemon/adapters/redirect_session.h"
#include "tests/fuzz/input.h"
#include "tests/fuzz/socket_pair.h"

namespace {

latchkey::redirect_judge make_judge() {
  latchkey::redirect_judge::expectation expected;
  expected.host_header = "127.0.0.1:4000";
  expected.path = "/callback";
  expected.state = latchkey::secret("right-state");
  expected.account = "work";
  return latchkey::redirect_judge(std::move(expected));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace latchkey;
  const auto bytes = fuzz::as_text(data, size);
  fuzz::socket_pair pair(bytes);
  redirect_judge judge = make_judge();
  int asked = 0;
  const redirect_handler handler = [&](redirect_request request) -> task<redirect_answer> {
    ++asked;
    co_return judge.judge(request);
  };
  boost::asio::co_spawn(pair.io(), serve_redirect(pair.stream(), handler, {}),
                        [](std::exception_ptr failure) { fuzz::require(failure == nullptr); });
  pair.io().run();
  fuzz::require(asked <= 1);
  const std::string page = pair.heard();
  if (asked == 1 || !page.empty()) {
    fuzz::require(page.starts_with("HTTP/1."));
    for (const char* always : {"Connection: close\r\n", "Cache-Control: no-store\r\n", "default-src 'none'"})
      fuzz::require(page.find(always) != std::string::npos);
    fuzz::require(page.find("<script") == std::string::npos);
  }
  if (judge.outcome()) fuzz::require(bytes.find("right") != std::string::npos || bytes.find('%') != std::string::npos);
  return 0;
}
