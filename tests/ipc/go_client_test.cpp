// A client in Go, on the Varlink project's own library, gets tokens from our server.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "ipc/interface_files.h"
#include "tests/ipc/child_process.h"
#include "tests/ipc/fake_broker.h"
#include "tests/ipc/running_server.h"

namespace latchkey {
namespace {

using nlohmann::json;

TEST(GoClient, ReadsInterfaceTokenAndErrorThroughItsOwnLibrary) {
  support::fake_broker_log log;
  support::running_server server(support::running_server::interfaces{support::fake_broker(log)});
  support::child_process client({LATCHKEY_GO_CLIENT, server.path(), "work", "nobody"});
  const std::string output = client.read_all();
  ASSERT_EQ(client.wait(), 0) << output;
  const json report = json::parse(output);
  EXPECT_EQ(report["info"]["vendor"], "Latchkey");
  EXPECT_EQ(report["info"]["interfaces"], json::array({"org.varlink.service", "io.latchkey.Broker"}));
  EXPECT_EQ(report["description"], broker_interface_text());
  EXPECT_EQ(report["known"]["reply"]["access_token"], "access-token-of-work");
  EXPECT_EQ(report["known"]["reply"]["generation"], 3);
  EXPECT_EQ(report["unknown"]["error"], "io.latchkey.Broker.NoSuchAccount");
  EXPECT_EQ(report["unknown"]["parameters"]["message"], "there is no account of this name");
  EXPECT_EQ(log.mismatches, "");
}

}  // namespace
}  // namespace latchkey
