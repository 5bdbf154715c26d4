// Calls and replies through real sockets.
#include "ipc/varlink_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "ipc/interface_files.h"
#include "tests/ipc/example_interface.h"
#include "tests/ipc/raw_client.h"
#include "tests/ipc/running_server.h"

namespace latchkey::varlink {
namespace {

using nlohmann::json;
using support::raw_client;
using ::testing::HasSubstr;

struct VarlinkServer : testing::Test {
  support::example_log log;
  support::running_server server{support::running_server::interfaces{support::example_interface(log)}};
  raw_client client{server.path()};

  json ask(std::string_view call) { return json::parse(client.ask(call)); }
};

json service_error(const char* name, const char* member, const char* value) {
  json expected = {{"error", std::string("org.varlink.service.") + name}};
  expected["parameters"] = json::object();
  expected["parameters"][member] = value;
  return expected;
}

constexpr std::string_view echo = R"({"method":"org.example.test.Echo","parameters":{"text":"hello"}})";
constexpr std::string_view echoed = R"({"parameters":{"text":"hello"}})";
constexpr std::string_view wait = R"({"method":"org.example.test.Wait"})";

TEST_F(VarlinkServer, SaysWhoItIs) {
  const json expected = {{"parameters",
                          {{"vendor", "Latchkey"},
                           {"product", "tests"},
                           {"version", "1.2.3"},
                           {"url", "https://example.com/"},
                           {"interfaces", {"org.varlink.service", "org.example.test"}}}}};
  EXPECT_EQ(ask(R"({"method":"org.varlink.service.GetInfo"})"), expected);
  EXPECT_EQ(ask(R"({"method":"org.varlink.service.GetInfo","parameters":null})"), expected);
  EXPECT_EQ(ask(R"({"method":"org.varlink.service.GetInfo","parameters":{"a":1}})"),
            service_error("InvalidParameter", "parameter", "a"));
}

TEST_F(VarlinkServer, GivesOutItsInterfaceTexts) {
  const auto text_of = [&](std::string_view name) {
    const json call = {{"method", "org.varlink.service.GetInterfaceDescription"},
                       {"parameters", {{"interface", name}}}};
    return ask(call.dump());
  };
  EXPECT_EQ(text_of("org.example.test")["parameters"]["description"], support::example_description);
  EXPECT_EQ(text_of("org.varlink.service")["parameters"]["description"], service_interface_text());
  EXPECT_EQ(text_of("org.example.none"), service_error("InterfaceNotFound", "interface", "org.example.none"));
  EXPECT_EQ(ask(R"({"method":"org.varlink.service.GetInterfaceDescription"})"),
            service_error("InvalidParameter", "parameter", "interface"));
  EXPECT_EQ(ask(R"({"method":"org.varlink.service.GetInterfaceDescription","parameters":{"interface":7}})"),
            service_error("InvalidParameter", "parameter", "interface"));
}

struct refusal {
  const char* call;
  const char* error;
  const char* member;
  const char* value;
};

TEST_F(VarlinkServer, I4_AnswersWhatItCannotDoWithTheServiceErrorsAndGoesOn) {
  constexpr refusal table[] = {
      {R"({"method":"org.example.test.Nothing"})", "MethodNotFound", "method", "org.example.test.Nothing"},
      {R"({"method":"org.example.test.Unwrit"})", "MethodNotFound", "method", "org.example.test.Unwrit"},
      {R"({"method":"org.example.test.Unwritten"})", "MethodNotImplemented", "method", "org.example.test.Unwritten"},
      {R"({"method":"org.example.other.Echo"})", "InterfaceNotFound", "interface", "org.example.other"},
      {R"({"method":"Echo"})", "InvalidParameter", "parameter", "method"},
      {R"({"method":""})", "InvalidParameter", "parameter", "method"},
      {R"({"method":7})", "InvalidParameter", "parameter", "method"},
      {R"({"parameters":{}})", "InvalidParameter", "parameter", "method"},
      {R"({"method":"org.example.test.Echo","parameters":[]})", "InvalidParameter", "parameter", "parameters"},
      {R"({"method":"org.example.test.Echo","more":1})", "InvalidParameter", "parameter", "more"},
      {R"({"method":"org.example.test.Echo","oneway":"yes"})", "InvalidParameter", "parameter", "oneway"},
      {R"({"method":"org.example.test.Echo","flags":1})", "InvalidParameter", "parameter", "flags"},
  };
  for (const refusal& row : table)
    EXPECT_EQ(ask(row.call), service_error(row.error, row.member, row.value)) << row.call;
  EXPECT_EQ(client.ask(echo), echoed);
}

TEST_F(VarlinkServer, IgnoresWhatVendorsAddUnderTheirDomain) {
  EXPECT_EQ(client.ask(R"({"method":"org.example.test.Echo","parameters":{"text":"hello"},"com.example.trace":{}})"),
            echoed);
}

TEST_F(VarlinkServer, I11_RefusesToBeUpgraded) {
  EXPECT_EQ(ask(R"({"method":"org.example.test.Echo","upgrade":true})"),
            service_error("InvalidParameter", "parameter", "upgrade"));
  EXPECT_EQ(client.ask(R"({"method":"org.example.test.Echo","upgrade":false,"parameters":{"text":"hello"}})"), echoed);
}

TEST_F(VarlinkServer, I11_AnswersMoreOnAMethodWithoutItOnce) {
  EXPECT_EQ(client.ask(R"({"method":"org.example.test.Echo","more":true,"parameters":{"text":"hello"}})"), echoed);
  EXPECT_EQ(client.ask(echo), echoed);
}

TEST_F(VarlinkServer, I11_NeverAnswersOnewayNotEvenWithAnError) {
  client.send_message(R"({"method":"org.example.test.Note","oneway":true})");
  client.send_message(R"({"method":"org.example.test.Nothing","oneway":true})");
  client.send_message(R"({"method":"org.example.none.Nothing","oneway":true})");
  client.send_message(R"({"method":"org.example.test.Count","oneway":true})");
  client.send_message(R"({"method":"org.example.test.Note","oneway":true,"more":true})");
  EXPECT_EQ(client.ask(echo), echoed);
  EXPECT_EQ(log.noted, 1);
}

TEST_F(VarlinkServer, StreamsRepliesAndThenTakesTheNextCall) {
  client.send_message(R"({"method":"org.example.test.Count","more":true,"parameters":{"to":3}})");
  EXPECT_EQ(json::parse(client.receive()), json::parse(R"({"parameters":{"number":1},"continues":true})"));
  EXPECT_EQ(json::parse(client.receive()), json::parse(R"({"parameters":{"number":2},"continues":true})"));
  EXPECT_EQ(json::parse(client.receive()), json::parse(R"({"parameters":{"number":3}})"));
  EXPECT_EQ(client.ask(echo), echoed);
}

TEST_F(VarlinkServer, AsksForMoreWhereAMethodStreams) {
  EXPECT_EQ(ask(R"({"method":"org.example.test.Count"})"),
            json::parse(R"({"error":"org.varlink.service.ExpectedMore","parameters":{}})"));
}

TEST_F(VarlinkServer, I8_AnswersAThousandPipelinedCallsInOrder) {
  std::string calls;
  for (int i = 0; i < 1000; ++i)
    calls += R"({"method":"org.example.test.Echo","parameters":{"text":")" + std::to_string(i) + "\"}}" + '\0';
  std::thread sender([&] { client.send(calls); });
  for (int i = 0; i < 1000; ++i) ASSERT_EQ(client.receive(), R"({"parameters":{"text":")" + std::to_string(i) + "\"}}");
  sender.join();
}

TEST_F(VarlinkServer, AClientThatDisconnectsCancelsItsCall) {
  client.send_message(wait);
  ASSERT_TRUE(support::reaches(log.begun, 1));
  client = raw_client(server.path());  // Closes the first connection.
  EXPECT_EQ(client.ask(echo), echoed);
  ASSERT_TRUE(server.reaches_connections(1));
  EXPECT_EQ(log.waiting, 0);
}

TEST_F(VarlinkServer, I7_AHalfClosedClientStillGetsItsAnswers) {
  client.send_message(echo);
  client.send_message(R"({"method":"org.example.test.Count","more":true,"parameters":{"to":2}})");
  client.finish_sending();
  EXPECT_EQ(client.receive(), echoed);
  EXPECT_THAT(client.receive(), HasSubstr("continues"));
  EXPECT_THAT(client.receive(), HasSubstr("2"));
  EXPECT_EQ(client.receive(), "closed");
}

TEST_F(VarlinkServer, I7_HalfClosingDoesNotCancelACallThatWaits) {
  client.send_message(wait);
  client.finish_sending();
  ASSERT_TRUE(support::reaches(log.begun, 1));
  raw_client other(server.path());
  EXPECT_EQ(other.ask(echo), echoed);  // The loop has seen the half-close by now.
  EXPECT_EQ(log.waiting, 1);
}

TEST_F(VarlinkServer, DoesWhatAClientSaidOnewayBeforeItLeft) {
  ASSERT_EQ(client.ask(echo), echoed);
  raw_client(server.path()).send_message(R"({"method":"org.example.test.Note","oneway":true})");
  EXPECT_TRUE(support::reaches(log.noted, 1));
  EXPECT_TRUE(server.reaches_connections(1));  // The one of `client`: the other is over.
  EXPECT_EQ(log.noted, 1);
}

TEST_F(VarlinkServer, AHandlerThatThrowsEndsItsConnectionAndIsLogged) {
  EXPECT_EQ(client.ask(R"({"method":"org.example.test.Fail"})"), "closed");
  EXPECT_THAT(server.next_trouble(), HasSubstr("its handler failed: a bug in the handler"));
  EXPECT_EQ(raw_client(server.path()).ask(echo), echoed);
}

TEST_F(VarlinkServer, AClientThatLeavesACallWhichWaitsForTwoThingsIsNoTrouble) {
  {
    raw_client leaving(server.path());
    leaving.send_message(R"({"method":"org.example.test.WaitForEither"})");
    ASSERT_TRUE(support::reaches(log.waiting, 2));
  }
  ASSERT_TRUE(support::reaches(log.waiting, 0));
  EXPECT_EQ(client.ask(R"({"method":"org.example.test.Fail"})"), "closed");
  EXPECT_THAT(server.next_trouble(), HasSubstr("a bug in the handler"));
}

TEST(VarlinkServerEnd, CallsUnderWayUnwindWithTheContext) {
  support::example_log log;
  const support::temporary_folder folder;
  const std::string path = (folder.path() / "run" / "socket").native();
  raw_client client;
  {
    boost::asio::io_context context;
    server offered(context, listen_on(path).value(), service_info{}, {support::example_interface(log)});
    offered.start();
    client.connect(path);
    client.send_message(wait);
    while (log.begun == 0) context.run_one();
    EXPECT_EQ(log.waiting, 1);
  }
  EXPECT_EQ(log.waiting, 0);
  EXPECT_EQ(client.receive(), "closed");
}

TEST_F(VarlinkServer, StopAcceptingClosesIdleConnectionsAndAnswersTheBusyOnes) {
  raw_client busy(server.path());
  busy.send_message(R"({"method":"org.example.test.Flood","parameters":{"bytes":3000000}})");
  // Its reply does not fit the socket's buffer, so it is under way until it is read.
  busy.wait_for_bytes();
  server.stop_accepting();
  EXPECT_EQ(client.receive(), "closed");
  EXPECT_THAT(busy.receive(), HasSubstr("xxx"));
  EXPECT_EQ(busy.receive(), "closed");
  EXPECT_THROW(raw_client{server.path()}, std::system_error);
}

}  // namespace
}  // namespace latchkey::varlink
