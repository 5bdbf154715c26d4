// Tells when files in a folder are written, moved or removed (inotify). Used for the account files, so that changes
// apply without a restart.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <filesystem>
#include <functional>

#include "daemon/ports.h"

namespace latchkey {

class folder_watch {
 public:
  /// Makes the folder if need be. `on_change` runs on `executor`, once for a burst of changes.
  /// Throws std::system_error where the system has no inotify left.
  folder_watch(const boost::asio::any_io_executor& executor, const std::filesystem::path& folder,
               std::function<void()> on_change);

 private:
  task<> run();

  boost::asio::posix::stream_descriptor events_;
  std::function<void()> on_change_;
};

}  // namespace latchkey
