#include "daemon/descriptor_room.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include "core/limits.h"
#include "os/open_url.h"

namespace latchkey {
namespace {

class soft_limit {
 public:
  explicit soft_limit(rlim_t count) {
    EXPECT_EQ(::getrlimit(RLIMIT_NOFILE, &before_), 0);
    const rlimit changed{count, before_.rlim_max};
    EXPECT_EQ(::setrlimit(RLIMIT_NOFILE, &changed), 0);
  }
  soft_limit(const soft_limit&) = delete;
  soft_limit& operator=(const soft_limit&) = delete;
  ~soft_limit() {
    ::setrlimit(RLIMIT_NOFILE, &before_);
    set_browser_descriptors(before_.rlim_cur);
  }
  [[nodiscard]] rlim_t hard() const { return before_.rlim_max; }
  [[nodiscard]] static rlim_t now() {
    rlimit current{};
    EXPECT_EQ(::getrlimit(RLIMIT_NOFILE, &current), 0);
    return current.rlim_cur;
  }

 private:
  rlimit before_{};
};

TEST(DescriptorRoom, I10_TheSoftLimitRisesUntilEveryConnectionFits) {
  const soft_limit few(100);
  const std::size_t connections = make_room_for_connections();
  if (few.hard() >= limits::ipc_connections + own_descriptors) {
    EXPECT_EQ(connections, std::size_t{limits::ipc_connections});
  }
  EXPECT_LE(connections, soft_limit::now());
  EXPECT_GT(soft_limit::now(), 100U);
}

TEST(DescriptorRoom, I10_ALimitThatIsHighEnoughStays) {
  const rlim_t plenty = limits::ipc_connections + own_descriptors + 17;
  const soft_limit many(plenty);
  if (many.hard() < plenty) return;
  EXPECT_EQ(make_room_for_connections(), std::size_t{limits::ipc_connections});
  EXPECT_EQ(soft_limit::now(), plenty);
}

}  // namespace
}  // namespace latchkey
