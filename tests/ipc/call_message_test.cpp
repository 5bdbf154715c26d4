#include "ipc/call_message.h"

#include <gtest/gtest.h>

#include <limits>
#include <nlohmann/json.hpp>
#include <string>

namespace latchkey::varlink {
namespace {

using nlohmann::json;

std::string reply_with(const json& value, reply_place place = reply_place::last) {
  answer given;
  given.parameters["value"] = value;
  return encode_reply(given, place);
}

TEST(EncodeReply, WritesWhatTheJsonLibraryWrites) {
  const std::string long_text(1000, 't');
  json table = json::array({nullptr, true, 7, -7, 0.5, std::numeric_limits<std::uint64_t>::max(), "", "plain",
                            long_text, json::array(), json::object(), "tab\t", "quote\"", "back\\slash", "del\x7f",
                            "nul" + std::string(1, '\0'), "ümläut", long_text + "\n" + long_text, long_text + "é"});
  table.push_back({{"key", 1}, {"k\"ey", json::array({1, "two", nullptr})}, {"ключ", json::object()}});
  table.push_back(table);
  for (const json& value : table) {
    const json expected = {{"value", value}};
    EXPECT_EQ(reply_with(value), "{\"parameters\":" + expected.dump() + "}" + '\0') << value;
  }
}

// A handler that hands on what it got from elsewhere cannot break the connection with it.
TEST(EncodeReply, ReplacesInvalidUtf8) {
  EXPECT_EQ(reply_with("a\xff"), std::string("{\"parameters\":{\"value\":\"a\xEF\xBF\xBD\"}}") + '\0');
}

TEST(EncodeReply, HasErrorAndContinuesWhereTheyAre) {
  const answer failed{"org.example.Failed", json::object()};
  EXPECT_EQ(encode_reply(failed, reply_place::last),
            std::string(R"({"error":"org.example.Failed","parameters":{}})") + '\0');
  EXPECT_EQ(reply_with(1, reply_place::continues),
            std::string(R"({"parameters":{"value":1},"continues":true})") + '\0');
}

}  // namespace
}  // namespace latchkey::varlink
