#include "tests/sandbox/network.h"

#include <gtest/gtest.h>

namespace latchkey::sandbox {
namespace {

TEST(Network, IsAnAddressOrACidrBlockOfEitherFamily) {
  for (const auto* text : {"192.0.2.1", "192.0.2.0/24", "0.0.0.0/0", "192.0.2.1/32", "2001:db8::/32", "::1", "::/128"})
    EXPECT_TRUE(is_network(text)) << text;
  for (const auto* text : {"", "/", "/24", "192.0.2", "192.0.2.256", "192.0.2.0/33", "192.0.2.0/", "192.0.2.0/-1",
                           "192.0.2.0/ 8", "192.0.2.0/8x", "2001:db8::/129", "2001:db8:::/32", "example.com"})
    EXPECT_FALSE(is_network(text)) << text;
  EXPECT_FALSE(is_network(std::string("192.0.2.1\0.example", 18)));
}

}  // namespace
}  // namespace latchkey::sandbox
