// The Varlink project's certification, both ways, with its Go implementation at the other end.
#include "tests/ipc/certification/certification.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "tests/ipc/child_process.h"
#include "tests/ipc/running_server.h"
#include "tests/support/temporary_folder.h"

namespace latchkey {
namespace {

using support::running_server;
using ::testing::HasSubstr;

std::string interface_text() {
  std::ifstream file(LATCHKEY_CERTIFICATION_INTERFACE);
  std::string text{std::istreambuf_iterator<char>(file), {}};
  EXPECT_FALSE(text.empty()) << LATCHKEY_CERTIFICATION_INTERFACE;
  return text;
}

running_server::interfaces offered() {
  return {support::certification_server(interface_text())};
}

TEST(Certification, OurServerSatisfiesTheGoClient) {
  running_server server(offered());
  support::child_process client({LATCHKEY_GO_CERTIFICATION, "--client", "--varlink=unix:" + server.path()});
  // It ends with 0 even where a call fails; what it prints tells.
  EXPECT_THAT(client.read_all(), HasSubstr("End: 'true'"));
  EXPECT_EQ(client.wait(), 0);
}

TEST(Certification, OurClientSatisfiesTheGoServer) {
  const support::temporary_folder folder;
  const auto path = folder.path() / "socket";
  const support::child_process server({LATCHKEY_GO_CERTIFICATION, "--varlink=unix:" + path.native()});
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  std::string problem = "it never listened";
  // The socket is there a moment before it listens.
  while (std::chrono::steady_clock::now() < until) {
    if (!std::filesystem::exists(path)) continue;
    problem = support::run_certification_client(path.native());
    if (problem.find("nothing answers") == std::string::npos) break;
  }
  EXPECT_EQ(problem, "");
}

TEST(Certification, OurClientSatisfiesOurServer) {
  running_server server(offered());
  EXPECT_EQ(support::run_certification_client(server.path()), "");
}

}  // namespace
}  // namespace latchkey
