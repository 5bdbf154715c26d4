// The example of docs/IPC.md, as it is printed there, gets a token.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

#include "tests/ipc/child_process.h"
#include "tests/ipc/fake_broker.h"
#include "tests/ipc/running_server.h"
#include "tests/support/environment.h"

namespace latchkey {
namespace {

std::string python_example() {
  std::ifstream file(LATCHKEY_IPC_PAGE);
  const std::string page{std::istreambuf_iterator<char>(file), {}};
  const std::string_view fence = "```python\n";
  const std::size_t begin = page.find(fence);
  if (begin == std::string::npos) return {};
  return page.substr(begin + fence.size(), page.find("```", begin + fence.size()) - begin - fence.size());
}

TEST(DocumentedClient, PythonGetsATokenWithItsStandardLibraryAlone) {
  support::fake_broker_log log;
  support::running_server server(support::running_server::interfaces{support::fake_broker(log)});
  const support::environment_variable socket("LATCHKEY_SOCKET", server.path());
  support::child_process client({LATCHKEY_PYTHON, "-c", python_example()});
  EXPECT_EQ(client.read_all(), "1900000000\n");
  EXPECT_EQ(client.wait(), 0);
}

}  // namespace
}  // namespace latchkey
