#include "tests/sim/simulation.h"

#include <gtest/gtest.h>

namespace latchkey::sim {
namespace {

std::vector<std::string> story_of(std::uint64_t seed, const config_folder& config) {
  simulation once(seed, story::telling::kept, config);
  once.run();
  return once.story_lines();
}

TEST(Simulation, GoesTheSameWayEachTimeForTheSameSeed) {
  const config_folder config;
  const config_folder another;
  for (std::uint64_t seed = 1; seed <= 200; ++seed)
    ASSERT_EQ(story_of(seed, config), story_of(seed, another)) << "seed " << seed;
}

TEST(Simulation, GoesAnotherWayForAnotherSeed) {
  const config_folder config;
  EXPECT_NE(story_of(1, config), story_of(2, config));
}

TEST(Simulation, ComesToTheSameVerdictWhetherItsStoryIsToldOrNot) {
  const config_folder config;
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    simulation silent(seed, story::telling::silent, config);
    simulation told(seed, story::telling::kept, config);
    ASSERT_EQ(silent.run().has_value(), told.run().has_value()) << "seed " << seed;
  }
}

}  // namespace
}  // namespace latchkey::sim
