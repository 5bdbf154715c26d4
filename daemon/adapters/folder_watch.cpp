#include "daemon/adapters/folder_watch.h"

#include <sys/inotify.h>

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>
#include <system_error>

#include "daemon/log.h"

namespace latchkey {
namespace {

int watch(const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder);
  const int fd = ::inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
  if (fd < 0) throw std::system_error(errno, std::generic_category(), "inotify_init1");
  constexpr std::uint32_t changes = IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE;
  if (::inotify_add_watch(fd, folder.c_str(), changes) < 0)
    throw std::system_error(errno, std::generic_category(), "inotify_add_watch " + folder.string());
  return fd;
}

}  // namespace

folder_watch::folder_watch(const boost::asio::any_io_executor& executor, const std::filesystem::path& folder,
                           std::function<void()> on_change)
    : events_(executor, watch(folder)), on_change_(std::move(on_change)) {
  boost::asio::co_spawn(executor, run(), log::report_bug("watch of " + folder.string()));
}

task<> folder_watch::run() {
  // Which file it was does not matter: every account in use is looked at again.
  std::array<char, 4096> ignored{};
  for (;;) {
    co_await events_.async_read_some(boost::asio::buffer(ignored), boost::asio::use_awaitable);
    on_change_();
  }
}

}  // namespace latchkey
